// How a receiver answers: as it should, or as badly as a test of its sender needs.

import ChangeFeed

/// One way to answer a POST whose signature holds.
package struct ReceiverAnswer: Sendable, Equatable {
    package enum Form: Sendable, Equatable {
        case status(Int)
        /// No answer, the connection held open until the sender gives up.
        case silence
        /// The connection is closed without an answer; the event is not taken.
        case reset
        /// The event is taken, and the connection closed without an answer: the sender must send it again.
        case lost
        /// 200, and a body of a mebibyte that comes byte by byte.
        case slowBody(interval: Duration)
        /// 200, and a body of this many bytes.
        case hugeBody(bytes: Int)
        /// 200, once the receiver is told to release what it holds.
        case held
    }

    package var form: Form
    /// Time that passes before the answer begins.
    package var delay: Duration
    package var retryAfterSeconds: Int?
    package var location: String?
    /// The header `webhook-delivery`: `disable`, `abort-message`.
    package var delivery: String?

    package init(
        _ form: Form, delay: Duration = .zero, retryAfterSeconds: Int? = nil, location: String? = nil,
        delivery: String? = nil
    ) {
        self.form = form
        self.delay = delay
        self.retryAfterSeconds = retryAfterSeconds
        self.location = location
        self.delivery = delivery
    }

    package static let ok = ReceiverAnswer(.status(200))

    /// A sender must not follow it.
    package static func redirect(to location: String, status: Int = 307) -> ReceiverAnswer {
        ReceiverAnswer(.status(status), location: location)
    }

    /// Whether the receiver takes the event when it answers like this.
    var outcome: ReceivedExchange.Outcome {
        switch form {
        case .status(let status) where (200...299).contains(status): .accepted(status: status)
        case .status(let status): .refused(status: status)
        case .slowBody, .hugeBody, .held, .lost: .accepted(status: 200)
        case .silence, .reset: .dropped
        }
    }
}

/// Which answer which request gets: the first rule that concerns it decides; where none does, the answer is 200.
package struct ReceiverBehaviour: Sendable, Equatable {
    package enum Scope: Sendable, Equatable {
        case all
        /// The first so many requests since the behaviour was set.
        case first(Int)
        /// About this part of all requests, 0 to 1, drawn by the seed.
        case share(Double)
        /// Events of these types.
        case types(EventTypePattern)
        /// Requests with a body of more bytes.
        case above(bytes: Int)
    }

    package struct Rule: Sendable, Equatable {
        package var answer: ReceiverAnswer
        package var scope: Scope

        package init(_ answer: ReceiverAnswer, _ scope: Scope = .all) {
            self.answer = answer
            self.scope = scope
        }
    }

    package var rules: [Rule]
    package var seed: UInt64

    package init(_ rules: [Rule] = [], seed: UInt64 = 1) {
        self.rules = rules
        self.seed = seed
    }

    package static let accepting = ReceiverBehaviour()

    package static func always(_ answer: ReceiverAnswer) -> ReceiverBehaviour {
        ReceiverBehaviour([Rule(answer)])
    }

    /// - Parameters:
    ///   - number: 1 for the first request since the behaviour was set.
    ///   - type: of the event.
    ///   - bytes: of the body.
    package func answer(toRequest number: Int, type: String? = nil, bytes: Int = 0) -> ReceiverAnswer {
        for (index, rule) in rules.enumerated() {
            switch rule.scope {
            case .all: return rule.answer
            case .first(let count): if number <= count { return rule.answer }
            case .types(let pattern): if type.map(pattern.matches) ?? false { return rule.answer }
            case .above(let limit): if bytes > limit { return rule.answer }
            case .share(let share): if draw(rule: index, request: number) < share { return rule.answer }
            }
        }
        return .ok
    }

    /// A number in 0..<1 that depends on nothing but seed, rule and request: one SplitMix64 step over the three.
    private func draw(rule: Int, request: Int) -> Double {
        var bits = seed &+ UInt64(request) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(rule) &* 0xD1B5_4A32_D192_ED03
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        return Double(bits >> 11) / Double(1 << 53)
    }
}
