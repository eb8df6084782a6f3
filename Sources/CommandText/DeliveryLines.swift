// A delivery in lines, for people and for whoever looks them through.

import ChangeFeed
import Operations

extension DeliveryReport {
    package var line: String {
        var line =
            "\(delivery)  \(state)\(isReplay ? " replay" : "")  \(endpoint)  \(type)  \(resource)/\(record)  #\(sequence)  \(event)"
        if attempts > 0 { line += "  attempts \(attempts), last \(lastResult ?? "unknown")" }
        if let settledAt { line += "  \(settledAt)" } else if let dueAt { line += "  due \(dueAt)" }
        return line
    }

    package var lines: [String] {
        [line, "detected \(detectedAt)"] + attemptLines
            + (body.map { ["the event, in format standard:", $0] } ?? [])
    }
}

extension DeliveryReport {
    var attemptLines: [String] { (history ?? []).flatMap(\.lines) }
}

extension DeliveryReport.Attempt {
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
