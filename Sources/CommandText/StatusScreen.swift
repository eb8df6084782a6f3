// A status on a terminal: what needs somebody first, then tables that fit it.

import ChangeFeed
import Operations

extension StatusReport {
    /// - Parameters:
    ///   - options: that the commands need which are recommended, each with a space before it.
    ///   - now: what times are told from.
    package func lines(on screen: Screen, recommending options: String = "", at now: Instant) -> [String] {
        guard let width = screen.width else { return lines(recommending: options) }
        let shown = StatusScreen(report: self, screen: screen, width: width, now: now)
        return shown.attention(options) + shown.overview + shown.resources + shown.endpoints + shown.ending
    }
}

private struct StatusScreen {
    let report: StatusReport
    let screen: Screen
    let width: Int
    let now: Instant

    /// Nothing where all is well.
    func attention(_ options: String) -> [String] {
        guard !report.attention.isEmpty else { return [] }
        let lines = report.attention.flatMap { attention in
            wrapped(attention.words, first: "  ! ", indent: "    ", style: .warning)
                // A command is typed as it stands, and so is never broken.
                + attention.commandLines(options).map { "      " + Phrase($0, .strong).text(on: screen) }
        }
        return [Phrase("NEEDS ATTENTION", .bad).text(on: screen)] + lines + [""]
    }

    var overview: [String] {
        let isDown = report.daemonRuns == false
        let rows: [(String, String, Style?)] =
            [
                ("daemon", report.daemonWords, isDown ? .bad : report.daemonRuns == true ? .good : nil),
                ("store", report.store, nil), ("quota", report.quota.line, nil),
            ]
            + (report.clocks.map { $0.disagree ? [("clocks", "DISAGREE: \($0.words)", .warning)] : [] } ?? [])
            + (report.instance.map { [("instance", $0.line, .warning)] } ?? [])
            + report.rests.map { ("rest", $0.line, .warning) }
            + [("events", "\(report.queue.lastSequence) in the log so far", nil)]
            + report.replays.map { ("replay", $0.line, nil) }
        let label = (rows.map(\.0.count).max() ?? 0) + 2
        return rows.flatMap { name, text, style in
            let first = name + String(repeating: " ", count: label - name.count)
            return wrapped(text, first: first, indent: String(repeating: " ", count: label), style: style)
        } + [""]
    }

    var resources: [String] {
        var table = Table([
            .init("RESOURCE", least: 8), .init("RECORDS", isNumber: true), .init("POLLED"), .init("NEXT"),
            .init("EVERY"), .init("SEEN AFTER", isSpare: true), .init("READ UP TO"), .init("SWEPT", isSpare: true),
            .init("BESIDES", least: 12, isSpare: true),
        ])
        for resource in report.resources {
            var besides = resource.others.map { "\($0.count) \($0.word)" }
            if !resource.baselineComplete { besides.insert(resource.learning, at: 0) }
            if resource.intervalIsStretched { besides.append("polls are stretched") }
            if let sweeping = resource.sweeping { besides.append(sweeping) }
            table.add([
                Phrase(resource.resource, .strong), Phrase("\(resource.recordsKnown)"),
                time(resource.lastPoll, "not yet"),
                time(resource.nextPoll), length(resource.intervalSeconds),
                length(resource.expectedDelayMeanSeconds), time(resource.cursor), time(resource.lastSweep),
                Phrase(besides.joined(separator: ", ")),
            ])
        }
        guard !table.isEmpty else { return [] }
        let notes = report.resources.flatMap { resource in
            resource.notes.flatMap { wrapped("\(resource.resource): \($0)", first: "  ", indent: "    ") }
        }
        return table.lines(on: screen) + notes + [""]
    }

    var endpoints: [String] {
        var table = Table([
            .init("ENDPOINT", least: 8), .init("STATE"), .init("WAITING", isNumber: true), .init("OLDEST"),
            .init("DEAD LETTERS", isNumber: true),
        ])
        for endpoint in report.endpoints {
            let style: Style = endpoint.state == "delivering" ? .good : endpoint.state == "disabled" ? .bad : .warning
            table.add([
                Phrase(endpoint.endpoint, .strong), Phrase(endpoint.state, style), Phrase("\(endpoint.open)"),
                time(endpoint.oldestOpen), Phrase("\(endpoint.deadLetters)", endpoint.deadLetters > 0 ? .warning : nil),
            ])
        }
        guard !table.isEmpty else { return [] }
        let notes = report.endpoints.flatMap { endpoint in
            // How many dead letters there are, the table says.
            endpoint.notes.dropFirst(endpoint.deadLetters > 0 ? 1 : 0)
                .flatMap { wrapped("\(endpoint.endpoint): \($0)", first: "  ", indent: "    ") }
        }
        return table.lines(on: screen) + notes + [""]
    }

    var ending: [String] { report.closingLines(report.costLinesOfAll).flatMap { wrapped($0, first: "", indent: "  ") } }

    private func length(_ seconds: Double?) -> Phrase {
        Phrase(seconds.map(TimeWords.length(ofSeconds:)) ?? "")
    }

    private func time(_ text: String?, _ otherwise: String = "") -> Phrase {
        Phrase(text.map { TimeWords.relative($0, to: now) } ?? otherwise)
    }

    private func wrapped(_ text: String, first: String, indent: String, style: Style? = nil) -> [String] {
        let lines = WrappedText.lines(text.escapingHidden(), width: width, first: first, indent: indent)
        return lines.enumerated().map { index, line in
            let lead = index == 0 ? first : indent
            return lead + screen.paint(String(line.dropFirst(lead.count)), style)
        }
    }
}
