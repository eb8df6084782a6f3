// A delivery as the commands show it: as values that become JSON or lines.

import ChangeFeed
import ChangeStore
import Foundation

/// Times are ISO 8601 in UTC, durations milliseconds.
struct DeliveryReport: Encodable {
    struct Attempt: Encodable {
        let number: Int
        let startedAt: String
        let milliseconds: Double
        /// lookup, connect, wait, read: as far as it came.
        let phases: [String: Double]
        let status: Int?
        /// dns, refused, forbidden, tls, timeout, reset, malformed, body; `status` where the answer was not a 2xx.
        let failure: String?
        /// What else is known of the failure.
        let detail: String?
        let answer: String
    }

    let delivery: Int64
    let endpoint: String
    let event: String
    let type: String
    let resource: String
    let record: String
    let sequence: Int
    let endpointSequence: Int?
    let state: String
    let isReplay: Bool
    let attempts: Int
    let lastResult: String?
    let detectedAt: String
    let dueAt: String?
    let settledAt: String?
    var history: [Attempt]?
    /// In format `standard`.
    var body: String?

    init(_ listed: ListedDelivery) {
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

    var line: String {
        var line =
            "\(delivery)  \(state)\(isReplay ? " replay" : "")  \(endpoint)  \(type)  \(resource)/\(record)  #\(sequence)  \(event)"
        if attempts > 0 { line += "  attempts \(attempts), last \(lastResult ?? "unknown")" }
        if let settledAt { line += "  \(settledAt)" } else if let dueAt { line += "  due \(dueAt)" }
        return line
    }

    var lines: [String] {
        [line, "detected \(detectedAt)"] + (history ?? []).flatMap(\.lines)
            + (body.map { ["the event, in format standard:", $0] } ?? [])
    }
}

extension DeliveryReport.Attempt {
    init(_ listed: ListedAttempt) {
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

    fileprivate var lines: [String] {
        let times = AttemptPhases.Phase.allCases.compactMap { phase in
            phases[phase.rawValue].map { "\(phase.rawValue) \($0)" }
        }
        let failure = failure == "status" ? nil : failure
        let result =
            [status.map(String.init), failure].compactMap(\.self).joined(separator: " ")
            + (detail.map { ", \($0)" } ?? "")
        var lines = [
            "attempt \(number)  \(startedAt)  \(result)  \(milliseconds) ms (\(times.joined(separator: ", ")))"
        ]
        let shown = answer.prefix(1000).split(whereSeparator: \.isNewline).joined(separator: " ")
        if !shown.isEmpty { lines.append("  answer: \(shown)") }
        return lines
    }
}

extension Duration {
    /// To a hundredth.
    fileprivate var milliseconds: Double { (Double(microseconds) / 10).rounded() / 100 }
}
