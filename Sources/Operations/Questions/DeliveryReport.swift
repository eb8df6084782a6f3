// A delivery as whoever asks is told of it: as values that become JSON or lines.

import ChangeFeed
import EventStore

/// Times are ISO 8601 in UTC, durations milliseconds.
package struct DeliveryReport: Encodable, Sendable {
    package struct Attempt: Encodable, Sendable {
        package let number: Int
        package let startedAt: String
        package let milliseconds: Double
        /// lookup, connect, wait, read: as far as it came.
        package let phases: [String: Double]
        package let status: Int?
        /// dns, refused, forbidden, tls, timeout, reset, malformed, body; `status` where the answer was not a 2xx.
        package let failure: String?
        /// What else is known of the failure.
        package let detail: String?
        package let answer: String
    }

    package let delivery: Int64
    package let endpoint: String
    package let event: String
    package let type: String
    package let resource: String
    package let record: String
    package let sequence: Int
    package let endpointSequence: Int?
    package let state: String
    package let isReplay: Bool
    package let attempts: Int
    package let lastResult: String?
    package let detectedAt: String
    package let dueAt: String?
    package let settledAt: String?
    package var history: [Attempt]?
    /// In format `standard`.
    package var body: String?

    package init(_ listed: ListedDelivery) {
        delivery = listed.id
        endpoint = listed.endpoint
        event = listed.eventID
        type = listed.type
        resource = listed.resource
        record = listed.record.text
        sequence = listed.sequence
        endpointSequence = listed.endpointSequence
        state = listed.state.rawValue
        isReplay = listed.isReplay
        attempts = listed.attempts
        lastResult = listed.lastResult
        detectedAt = listed.detectedAt.iso8601
        dueAt = listed.dueAt?.iso8601
        settledAt = listed.settledAt?.iso8601
    }
}

extension DeliveryReport.Attempt {
    package init(_ listed: ListedAttempt) {
        number = listed.number
        startedAt = listed.startedAt.iso8601
        milliseconds = listed.duration.milliseconds
        phases = Dictionary(
            uniqueKeysWithValues: AttemptPhases.Phase.allCases.compactMap { phase in
                listed.phases[phase].map { (phase.rawValue, $0.milliseconds) }
            })
        status = listed.status
        let isRefused = status.map { !(200...299).contains($0) } ?? false
        failure = listed.failure ?? (isRefused ? "status" : nil)
        detail = listed.detail
        answer = String(decoding: listed.answer, as: UTF8.self)
    }
}

extension Duration {
    /// To a hundredth.
    fileprivate var milliseconds: Double { (Double(microseconds) / 10).rounded() / 100 }
}
