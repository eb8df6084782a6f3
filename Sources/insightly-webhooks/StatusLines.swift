// The same report for people.

import ChangeFeed
import Operations

extension StatusReport {
    /// A line of the report: of what it is, and what is said of it.
    fileprivate struct Row {
        /// Empty for what goes on about the row before.
        let label: String
        let text: String

        init(_ label: String, _ text: String) {
            self.label = label
            self.text = text
        }

        func line(width: Int) -> String {
            label + String(repeating: " ", count: max(0, width - label.count) + 1) + text
        }
    }

    /// - Parameter options: that the commands need which are recommended, each with a space before it.
    package func lines(recommending options: String = "") -> [String] {
        let rows =
            [Row("daemon", daemonWords), Row("store", store), Row("quota", quota.line)]
            + (clocks.map { $0.disagree ? [Row("clocks", "DISAGREE: \($0.words)")] : [] } ?? [])
            + (instance.map { [Row("instance", $0.line)] } ?? [])
            + rests.map { Row("rest", $0.line) }
            + [Row("events", "\(queue.lastSequence) in the log so far")]
            + endpoints.map { Row("endpoint", $0.line(recommending: options)) }
            + resources.flatMap { $0.rows(recommending: options) }
        let width = rows.map(\.label.count).max() ?? 0
        return rows.map { $0.line(width: width) } + (resources.isEmpty ? ["nothing was polled yet"] : [])
            + (daemonRuns == false && !costLines.isEmpty ? ["once a daemon runs:"] : []) + costLines
    }

    private var daemonWords: String {
        switch daemonRuns {
        case true?: "runs"
        case false?: "DOES NOT RUN on this store: nothing is polled and nothing sent; this is how the last one left it"
        case nil: "may run or not: this user may not read the .lock file beside the store, which would tell"
        }
    }
}

extension StatusReport.Quota {
    fileprivate var line: String {
        let purposes = usedByPurpose.filter { $0.value > 0 }.sorted { $0.value > $1.value }
            .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        let requests =
            allowed.map { "\(usedLast24Hours) of \($0) own requests" } ?? usedLast24Hours.counted("own request")
        var line = "\(requests) in 24 hours"
        if !purposes.isEmpty { line += " (\(purposes))" }
        if usedByOthers > 0 { line += "; others \(usedByOthers)" }
        if let limit, let remaining, let saidAt {
            line += "; of the instance's \(limit), \(remaining) \(remaining == 1 ? "was" : "were") left at \(saidAt)"
        }
        if let trouble = headers.flatMap(QuotaTrouble.init(rawValue:)) { line += "; \(trouble.words)" }
        if let pausedUntil {
            line += "; PAUSED until \(pausedUntil)"
            if let cause = pausedFor.flatMap(PauseCause.init(rawValue:)) { line += ": \(cause.reason.rawValue)" }
        }
        return line
    }
}

extension StatusReport.Instance {
    fileprivate var line: String {
        "NOT KNOWN since \(awaitedSince): GET /Instance "
            + (status.map { "was answered \($0)" } ?? "got no whole answer")
            + ", and nothing is polled before it says that it is the one the store belongs to"
    }
}

extension StatusReport.Rest {
    fileprivate var line: String {
        "\(resource) " + (status.map { "was answered \($0)" } ?? "got no whole answer")
            + ", and is asked for again at \(until)"
    }
}

extension StatusReport.Endpoint {
    fileprivate func line(recommending options: String) -> String {
        var line = "\(endpoint): \(open) not delivered yet"
        if state == "unconfigured" {
            return line + "; it is not configured any more, and gets them once it is again; to give them up: "
                + "insightly-webhooks deliveries give-up --all --endpoint \(endpoint)\(options)"
        }
        if let oldestOpen { line += ", the oldest since \(oldestOpen)" }
        if deadLetters > 0 {
            line +=
                "; \(deadLetters.counted("dead letter")) (insightly-webhooks deliveries list --state dead\(options))"
        }
        if let disabled {
            return line
                + "; DISABLED: \(disabled); once the receiver is well: insightly-webhooks resume \(endpoint)\(options)"
        }
        if state == "failing" {
            line += "; the receiver fails (\(failuresInARow) in a row)" + (nextProbe.map { ", next try \($0)" } ?? "")
        }
        if state == "recovering" { line += "; the receiver is well again, and gets more at once step by step" }
        if let heldUntil { line += "; the receiver asked for rest until \(heldUntil)" }
        return line
    }
}

extension StatusReport.Resource {
    fileprivate func rows(recommending options: String) -> [StatusReport.Row] {
        var line = recordsKnown.counted("record")
        for (count, word) in [
            (hidden, "hidden"), (unlisted, "unlisted"), (deleted, "deleted"), (dismissed, "dismissed"),
        ] where count > 0 {
            line += ", \(count) \(word)"
        }
        if !baselineComplete { line += ", still learning what is there" }
        line += lastPoll.map { "; polled \($0)" } ?? "; not polled yet"
        if let nextPoll { line += ", next \(nextPoll)" }
        line += "; read up to \(cursor)"
        if let lastSweep { line += "; swept \(lastSweep)" }
        return [StatusReport.Row(resource, line)]
            + (deleteLines(recommending: options) + changeLines(recommending: options)).map { StatusReport.Row("", $0) }
    }

    private func changeLines(recommending options: String) -> [String] {
        var lines: [String] = []
        if let changesOpenSince {
            lines.append(
                "\(changesOpen) changed without a new updated date (since \(changesOpenSince)): told or held when the "
                    + "poll or sweep that found them has ended, event.poller.sweep_interval later at most")
        }
        guard let changesHeldSince else { return lines }
        let paths = HeldChanges(records: changesHeld, among: recordsKnown, paths: changesHeldIn).pathsForPeople
        return lines + [
            "HELD: \(changesHeld) records changed in \(paths) without a new updated date (since "
                + "\(changesHeldSince)); `insightly-webhooks release \(resource) --changes\(options)` tells them, "
                + "`insightly-webhooks dismiss \(resource) --changes\(options)` learns them silently"
        ]
    }

    private func deleteLines(recommending options: String) -> [String] {
        guard let deletesHeld else {
            return deletesPending == 0 ? [] : ["\(deletesPending) vanished, to be confirmed"]
        }
        let decisions =
            "; `insightly-webhooks release \(resource)\(options)` lets each be confirmed by itself, "
            + "`insightly-webhooks dismiss \(resource) --deletes\(options)` tells nobody of them"
        let isToBeDecided = deletesHeld.awaits == .operator
        return ["\(isToBeDecided ? "HELD: " : "")\(deletesHeld.words)\(isToBeDecided ? decisions : "")"]
    }
}
