// One attempt to deliver as the pure core sees it: what came of a POST.

/// What a receiver answered to one POST, or why it did not.
package struct AttemptOutcome: Sendable, Equatable {
    package enum Verdict: Sendable, Equatable {
        /// A complete answer with this status; only 2xx is success.
        case answered(status: Int)
        case failed(AttemptFailure)
    }

    package var verdict: Verdict
    /// Of the head of the answer, where one came, whatever became of its body.
    package var status: Int?
    /// What else is known of a failure, in words.
    package var detail: String?
    /// How long the receiver asked us to stay away (`Retry-After`), from the end of the attempt.
    package var retryAfter: Duration?
    /// What the receiver asked for by the header `webhook-delivery`.
    package var directive: ReceiverDirective?
    /// The beginning of the answer's body, for people.
    package var answer: [UInt8]
    /// The whole attempt: connecting, sending, and reading the answer.
    package var duration: Duration
    /// Where the time went.
    package var phases: AttemptPhases

    package init(
        verdict: Verdict, status: Int? = nil, detail: String? = nil, retryAfter: Duration? = nil,
        directive: ReceiverDirective? = nil, answer: [UInt8] = [], duration: Duration,
        phases: AttemptPhases = AttemptPhases()
    ) {
        self.verdict = verdict
        self.status = if case .answered(let whole) = verdict { whole } else { status }
        self.detail = detail
        self.retryAfter = retryAfter
        self.directive = directive
        self.answer = answer
        self.duration = duration
        self.phases = phases
    }

    package var isSuccess: Bool {
        if case .answered(let status) = verdict { (200...299).contains(status) } else { false }
    }

    /// Why there was no whole answer; nil where there was one.
    package var failure: AttemptFailure? {
        if case .failed(let failure) = verdict { failure } else { nil }
    }
}

extension AttemptOutcome {
    /// Whether nothing was learned of the receiver.
    package var tellsNothing: Bool { failure == .interrupted || failure == .shortage }

    /// By which a receiver says that it wants nothing more.
    package static let statusOfTheEnd = 410

    /// By which a receiver says that it is the event that it cannot take.
    package static let statusesOfTheEvent = [400, 413, 414, 415, 422]

    /// The receiver wants nothing more.
    var disables: Bool { status == Self.statusOfTheEnd || !isSuccess && directive == .disable }

    /// The receiver read the event and wants none like it: too large, not understood, not valid. That says nothing
    /// against the receiver, nor of other events.
    package var refusesTheEvent: Bool {
        status.map { Self.statusesOfTheEvent.contains($0) } ?? false
    }

    /// The receiver is there and answers by what it is sent.
    var showsLife: Bool { isSuccess || refusesTheEvent && !disables }

    /// The receiver, or a gateway before it, has more to do than it can.
    var isOverload: Bool { status == 502 || status == 504 || failure == .timeout }
}

/// What a receiver may ask for in the header `webhook-delivery` of an answer that is not a 2xx; `rawValue` is the header's.
package enum ReceiverDirective: String, Sendable, Equatable, CaseIterable {
    /// Nothing more, until somebody resumes the endpoint.
    case disable
    /// This event never again.
    case abortMessage = "abort-message"
}

/// Why an attempt ended without an answer. `rawValue` is the class that status, metrics and `deliveries` show.
package enum AttemptFailure: String, Sendable, Equatable, CaseIterable {
    case dns
    case refused
    /// The address dialled is private and not in `event.notification.allowed_networks`.
    case forbidden
    case tls
    case timeout
    /// The connection ended before an answer came.
    case reset
    /// The answer was not HTTP, or broke its rules.
    case malformed
    /// The answer began, and its body did not come whole.
    case body
    /// This process or machine lacked what a connection takes: files, memory, ports. No attempt was made.
    case shortage
    /// The process was told to stop before the attempt ended; nothing is known of its effect.
    case interrupted
}
