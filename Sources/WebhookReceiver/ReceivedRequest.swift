// One POST as it arrived, and what became of it.

import ReceivedEvents
import ChangeFeed

/// One `name: value` of a request.
package struct HeaderField: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A POST whose body arrived whole.
package struct ReceivedRequest: Sendable {
    /// 1 for the first that this receiver got.
    package let number: Int
    package let path: String
    package let headers: [HeaderField]
    package let body: [UInt8]
    package let arrivedAt: Instant
    /// Nil where one of the receiver's keys had signed it, a short time ago.
    package let fault: WebhookSignature.Fault?
    /// Nil for a body that is of none of the formats.
    package let event: ReceivedEvent?

    package init(
        number: Int, path: String, headers: [HeaderField], body: [UInt8], arrivedAt: Instant, keys: [VerifyingKey],
        tolerance: Duration
    ) {
        self.number = number
        self.path = path
        self.headers = headers
        self.body = body
        self.arrivedAt = arrivedAt
        event = ReceivedEvent(body: body)
        fault = Self.fault(in: headers, body: body, at: arrivedAt, keys: keys, tolerance: tolerance)
    }

    package var isVerified: Bool { fault == nil }

    /// `webhook-id`: the same on every attempt to deliver one event.
    package var webhookID: String? { header("webhook-id") }

    /// `webhook-sequence`: its number among all that the sender sends here, without a gap.
    package var sequence: Int? { header("webhook-sequence").flatMap { Int($0) } }

    /// The first value of this header, whatever its case.
    package func header(_ name: String) -> String? { Self.value(of: name, in: headers) }

    private static func value(of name: String, in headers: [HeaderField]) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name.lowercased() == name }?.value
    }

    private static func fault(
        in headers: [HeaderField], body: [UInt8], at now: Instant, keys: [VerifyingKey], tolerance: Duration
    ) -> WebhookSignature.Fault? {
        do {
            try WebhookSignature.verify(
                header: value(of: "webhook-signature", in: headers), id: value(of: "webhook-id", in: headers),
                timestamp: value(of: "webhook-timestamp", in: headers), body: body, keys: keys, now: now,
                tolerance: tolerance)
            return nil
        } catch {
            return error
        }
    }
}

/// A POST and what the receiver did with it.
package struct ReceivedExchange: Sendable {
    package enum Outcome: Sendable, Equatable {
        /// The event was taken; the sender was, or should have been, told so with this status.
        case accepted(status: Int)
        /// The sender was told that the event was not taken.
        case refused(status: Int)
        /// The connection was closed without an answer, and the event not taken.
        case dropped
        /// The sender went away before it had an answer.
        case abandoned
    }

    package let request: ReceivedRequest
    package let outcome: Outcome
    /// Accepted, and its id had been accepted before.
    package let isDuplicate: Bool

    package var isAccepted: Bool { if case .accepted = outcome { true } else { false } }
}

extension WebhookSignature.Fault {
    /// For people, and for the answer to a sender that is refused.
    package var explanation: String {
        switch self {
        case .headerMissing(let name): "the header \(name) is missing"
        case .timestampMalformed: "webhook-timestamp is not a whole number of seconds"
        case .timestampOutOfTolerance: "webhook-timestamp is too far from now: a replay, or a clock that is wrong"
        case .noMatch: "no signature was made with the key known here"
        }
    }
}
