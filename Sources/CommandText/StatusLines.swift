// A status as lines of a pipe, a log or a mail: each thing in one whole line, to be looked through by its words.

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
            (label + String(repeating: " ", count: max(0, width - label.count) + 1) + text).escapingHidden()
        }
    }

    /// - Parameter options: that the commands need which are recommended, each with a space before it.
    package func lines(recommending options: String = "") -> [String] {
        let rows =
            attention.map { Row("attention", "\($0.words): \($0.commands(options))") }
            + [Row("daemon", daemonWords), Row("store", store), Row("quota", quota.line)]
            + (clocks.map { $0.disagree ? [Row("clocks", "DISAGREE: \($0.words)")] : [] } ?? [])
            + (instance.map { [Row("instance", $0.line)] } ?? [])
            + rests.map { Row("rest", $0.line) }
            + [Row("events", "\(queue.lastSequence) in the log so far")]
            + replays.map { Row("replay", $0.line) }
            + endpoints.map { Row("endpoint", "\($0.endpoint): \($0.line)") }
            + resources.flatMap { resource in
                [Row(resource.resource, resource.line)] + resource.notes.map { Row("", $0) }
            }
        let width = rows.map(\.label.count).max() ?? 0
        return rows.map { $0.line(width: width) } + closingLines(costLines)
    }

    /// What is missing, and what polling costs.
    func closingLines(_ costLines: [String]) -> [String] {
        (resources.isEmpty ? ["nothing was polled yet"] : [])
            + (daemonRuns == false && !costLines.isEmpty ? ["once a daemon runs:"] : []) + costLines
    }

    var daemonWords: String {
        switch daemonRuns {
        case true?:
            leader.map { "\($0.daemon) leads the account since \($0.since) (lead number \($0.epoch))" } ?? "runs"
        case false? where daemons ?? 0 > 0:
            "NONE LEADS the account, of \((daemons ?? 0).counted("daemon")) on this store: nothing is polled and nothing "
                + "sent; this is how the last one left it"
        case false?: "DOES NOT RUN on this store: nothing is polled and nothing sent; this is how the last one left it"
        case nil: "may run or not: this user may not see who has the store open"
        }
    }
}

extension Attention {
    /// What to type, each in backticks.
    func commands(_ options: String) -> String {
        commandLines(options).map { "`\($0)`" }.joined(separator: ", or ")
    }

    /// Each as it is to be typed; only commands of ours take the options, and a daemon none that names an account.
    func commandLines(_ options: String) -> [String] {
        [command, alternative, lastResort].compactMap(\.self).map { line in
            guard line.hasPrefix("insightly-webhooks ") else { return line }
            return line
                + (line == "insightly-webhooks run" ? options.replacing(#/ --account [^ ]+/#, with: "") : options)
        }
    }
}

extension StatusReport.Quota {
    var line: String {
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
    var line: String {
        "NOT KNOWN since \(awaitedSince): GET /Instance "
            + (status.map { "was answered \($0)" } ?? "got no whole answer")
            + ", and nothing is polled before it says that it is the one the store belongs to"
    }
}

extension StatusReport.Rest {
    var line: String {
        "\(resource) " + (status.map { "was answered \($0)" } ?? "got no whole answer")
            + ", and is asked for again at \(until)"
    }
}

extension StatusReport.Replay {
    var line: String {
        "\(queued.counted("event")) in the queue so far\(endpoint.map { " for \($0)" } ?? ""), looked through the log up "
            + "to \(doneThrough) of \(through) (\(Int(share * 100)) %)"
    }
}

extension StatusReport.Endpoint {
    var line: String {
        ([Self.waiting(open)] + [oldestOpen.map { "the oldest since \($0)" }].compactMap(\.self))
            .joined(separator: ", ") + notes.map { "; \($0)" }.joined()
    }

    private static func waiting(_ count: Int) -> String { "\(count) not delivered yet" }

    var notes: [String] {
        var notes: [String] = []
        if deadLetters > 0 { notes.append(deadLetters.counted("dead letter")) }
        if state == "unconfigured" {
            notes.append("it is not configured any more" + (open > 0 ? ", and gets them once it is again" : ""))
        }
        if let disabled { return notes + ["DISABLED: \(disabled)"] }
        if state == "failing" {
            notes.append(
                "the receiver fails (\(failuresInARow) in a row)" + (nextProbe.map { ", next try \($0)" } ?? ""))
        }
        if state == "recovering" { notes.append("the receiver is well again, and gets more at once step by step") }
        if let heldUntil { notes.append("the receiver asked for rest until \(heldUntil)") }
        return notes
    }
}

extension StatusReport.Resource {
    var line: String {
        var line = recordsKnown.counted("record")
        for (count, word) in others { line += ", \(count) \(word)" }
        if !baselineComplete { line += ", \(learning)" }
        line += lastPoll.map { "; polled \($0)" } ?? "; not polled yet"
        if let nextPoll { line += ", next \(nextPoll)" }
        line += "; read up to \(cursor)"
        if let lastSweep { line += "; swept \(lastSweep)" }
        if let sweeping { line += "; \(sweeping)" }
        return line
    }

    /// Records that are not simply there.
    var others: [(count: Int, word: String)] {
        [(hidden, "hidden"), (unlisted, "unlisted"), (deleted, "deleted"), (dismissed, "dismissed")].filter { $0.0 > 0 }
    }

    var learning: String {
        "still learning what is there" + (baselineRead.map { " (\($0.counted("record")) read)" } ?? "")
    }

    /// Nil where no sweep is under way.
    var sweeping: String? {
        sweepRead.map { "a sweep has read \($0) of about \(max($0, recordsKnown)) records" }
    }

    /// What needs a line of its own.
    var notes: [String] { deleteNotes + changeNotes }

    private var changeNotes: [String] {
        var notes: [String] = []
        if let changesOpenSince {
            notes.append(
                "\(changesOpen) changed without a new updated date (since \(changesOpenSince)): told or held when the "
                    + "poll or sweep that found them has ended, event.poller.sweep_interval later at most")
        }
        guard let changesHeldSince else { return notes }
        let paths = HeldChanges(records: changesHeld, among: recordsKnown, paths: changesHeldIn).pathsForPeople
        return notes + [
            "HELD: \(changesHeld) records changed in \(paths) without a new updated date (since \(changesHeldSince))"
        ]
    }

    private var deleteNotes: [String] {
        guard let deletesHeld else {
            return deletesPending == 0 ? [] : ["\(deletesPending) vanished, to be confirmed"]
        }
        return ["\(deletesHeld.awaits == .operator ? "HELD: " : "")\(deletesHeld.words)"]
    }
}
