// A status on a terminal and elsewhere.

import ChangeFeed
import DaemonConfiguration
import EventStore
import Testing

@testable import CommandText
@testable import Operations

@Suite("The status as text")
struct StatusTextTests {
    private static let now = Instant(secondsSince1970: 1_795_536_000)

    private func report() throws -> StatusReport {
        let nothing = SecretSources(environment: { _ in nil }, file: { _ in [] }, credential: { _ in nil })
        let settings = try DaemonSettings.read(Array("{}".utf8), secrets: nothing).outcome.get()
        var report = StatusReport(
            nil, api: nil, polling: settings.accounts[0].polling,
            store: "/var/lib/insightly-webhooks/state.sqlite3",
            hasDaemon: true, at: Self.now)
        var progress = ResourceProgress(
            newsThreshold: .beginning, cursor: Self.now - .seconds(61), polledAt: Self.now - .seconds(60),
            baseline: .walking(covered: 1500, last: nil))
        progress.presence.walk = .init(covered: 200)
        report.resources = [
            StatusReport.Resource(
                .init(
                    name: ResourceName("contacts"), progress: progress, records: [.listed: 400, .hidden: 2],
                    pace: ResourcePace()), cost: nil, opens: Self.now, at: Self.now)
        ]
        var endpoint = StatusReport.Endpoint(.init(name: "crm"), at: Self.now)
        (endpoint.state, endpoint.open, endpoint.deadLetters) = ("disabled", 7, 2)
        endpoint.disabled = "the receiver answered 410 Gone\u{1B}[2J"
        report.endpoints = [endpoint]
        report.replays = [
            .init(endpoint: "crm", queued: 30, from: 1, doneThrough: 40, through: 160, eventsPerSecond: 10)
        ]
        report.attention = Attention.needed(by: report)
        return report
    }

    @Test("Elsewhere each thing is one whole line, what needs somebody first, with the command that goes on")
    func lines() throws {
        let lines = try report().lines(on: .file, recommending: " --config c.json", at: Self.now)
        #expect(lines[0].hasPrefix("attention the endpoint crm is disabled: the receiver answered 410 Gone\\u001b[2J"))
        #expect(lines[0].hasSuffix(": `insightly-webhooks resume crm --config c.json`"))
        #expect(lines[1].contains("2 dead letters of the endpoint crm"))
        #expect(lines[2] == "daemon    runs")
        #expect(lines.contains("store     /var/lib/insightly-webhooks/state.sqlite3"))
        #expect(
            lines.contains {
                $0.hasPrefix("endpoint  crm: 7 not delivered yet; 2 dead letters; DISABLED: the receiver")
            })
        #expect(
            lines.contains(
                "replay    30 events in the queue so far for crm, looked through the log up to 40 of 160 (25 %)"))
        let contacts = try #require(lines.first { $0.hasPrefix("contacts  402 records, 2 hidden, still learning") })
        #expect(
            contacts.contains("(1500 records read)") && contacts.contains("a sweep has read 200 of about 402 records"))
    }

    @Test("On a terminal nothing is wider than it, at any width that tables can have", arguments: [72, 80, 100, 160])
    func terminal(width: Int) throws {
        let lines = try report().lines(on: Screen(width: width, isColoured: false), at: Self.now)
        #expect(lines[0] == "NEEDS ATTENTION")
        #expect(lines.contains("      insightly-webhooks resume crm"))
        // A command stands as it is to be typed.
        for line in lines where !line.hasPrefix("      insightly-webhooks") {
            #expect(line.columns <= width, "\(line)")
        }
        let head = try #require(lines.first { $0.hasPrefix("RESOURCE") })
        #expect(head.contains("RECORDS  POLLED    READ UP TO"), "\(head)")
        #expect(lines.contains { $0.hasPrefix("contacts") && $0.contains("402  60 s ago") })
        #expect(lines.contains { $0.hasPrefix("crm") && $0.contains("disabled        7") })
        #expect(!lines.joined().contains("\u{1B}"))
    }

    @Test("Colours change nothing of the text, and are there only where they are wanted")
    func colours() throws {
        let plain = try report().lines(on: Screen(width: 100, isColoured: false), at: Self.now)
        let painted = try report().lines(on: Screen(width: 100, isColoured: true), at: Self.now)
        #expect(plain != painted)
        let codes = try Regex("\u{1B}\\[[0-9]+m")
        #expect(painted.map { $0.replacing(codes, with: "") } == plain)
    }

    @Test("Times are told from now")
    func times() {
        let now = Self.now
        #expect(TimeWords.relative((now - .seconds(12)).iso8601, to: now) == "12 s ago")
        #expect(TimeWords.relative((now + .seconds(600)).iso8601, to: now) == "in 10 min")
        #expect(TimeWords.relative(now.iso8601, to: now) == "now")
        #expect(TimeWords.relative((now - .hours(80)).iso8601, to: now) == "3 d ago")
        #expect(TimeWords.relative("soon", to: now) == "soon")
    }

    @Test("Long sentences are broken between words")
    func wrapping() {
        #expect(
            WrappedText.lines("one two three four", width: 10, first: "> ", indent: "  ")
                == ["> one two", "  three", "  four"])
        #expect(WrappedText.lines("", width: 10, first: "a") == ["a"])
        #expect(WrappedText.lines("extraordinarily long", width: 5) == ["extraordinarily", "long"])
    }

    @Test("Progress has a bar where there is room, and its numbers in any case")
    func progress() {
        let screen = Screen(width: 60, isColoured: false)
        #expect(
            ProgressText.line("copying", share: 0.5, amount: "1.0 kB of 2.0 kB", on: screen)
                == "copying  [###########            ]  50 %  1.0 kB of 2.0 kB")
        #expect(
            ProgressText.line("copying", share: 2, amount: "x", on: Screen(width: 20, isColoured: false))
                == "copying  100 %  x")
        #expect(ProgressText.line("looking", share: nil, amount: "on", on: screen) == "looking  on")
        #expect(
            [1, 999, 1_000, 999_949, 999_950, 2_500_000_000].map(ProgressText.bytes) == [
                "1 byte", "999 bytes", "1.0 kB", "999.9 kB", "1.0 MB", "2.5 GB",
            ])
    }
}
