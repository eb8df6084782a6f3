// `replay`: stored events, once more.

import ArgumentParser
import ChangeFeed
import ChangeStore
import Daemon
import DaemonConfiguration

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Sends stored events again.",
        discussion: """
            Events keep their ids, their bytes and their webhook-sequence; timestamp and signature are new, and the header \
            `webhook-replay: true` marks them. All conditions given must hold. An endpoint gets what it got before, and \
            what it would get now; what is still on its way is left alone.

            The daemon carries it out within two seconds, or when it runs.
            """)

    @OptionGroup var file: ConfigurationOption

    @Option(help: ArgumentHelp("The event with this id; can be given several times.", valueName: "event"))
    var id: [String] = []

    @Option(help: ArgumentHelp("Events with these numbers of the log, such as 42 or 40-50.", valueName: "numbers"))
    var sequence: String?

    @Option(help: ArgumentHelp("Detected then or later, such as 2026-11-23T19:04:05Z.", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("Detected before then.", valueName: "time"))
    var until: String?

    @Option(
        help: ArgumentHelp(
            "Of this type, such as contact.* or *.deleted; can be given several times.", valueName: "type"),
        transform: EventTypePattern.init(argument:))
    var type: [EventTypePattern] = []

    @Option(help: "To this endpoint only.")
    var endpoint: String?

    @Flag(help: "Dead letters only.")
    var dead = false

    @Flag(help: "Every event of the log.")
    var all = false

    @Option(help: "Events a second, to each endpoint.")
    var rate = 10.0

    @Flag(help: "Only says how many it would be.")
    var dryRun = false

    func validate() throws {
        guard rate >= 0.001, rate <= 100_000 else { throw ValidationError("--rate is a number from 0.001 to 100000.") }
        let selection = try selection()
        guard !selection.isUnlimited || all else {
            throw ValidationError("Say which events: --id, --sequence, --from, --until, --type, --dead, or --all.")
        }
        guard selection.isUnlimited || !all else { throw ValidationError("--all goes with --endpoint only.") }
    }

    func run() throws {
        let selection = try selection()
        var isWanted = false
        // Counting may take its time, and must not keep the daemon from writing.
        try file.visit(isReadOnly: true) { store, settings, _ in
            let endpoints = settings.notification?.endpoints ?? []
            if let endpoint, !endpoints.contains(where: { $0.name == endpoint }) {
                try file.refuse(unconfigured: endpoint, in: store)
            }
            let counts = try store.replayed(by: selection, endpoints: endpoints.map { ($0.name, $0.rules) })
            for count in counts { print("\(count.endpoint): \(count.events.counted("event"))") }
            isWanted = counts.contains { $0.events > 0 }
            if !isWanted { try type.requireKnown(among: settings.polling.resources) }
        }
        guard !dryRun else { return print("nothing is sent: this was a dry run") }
        guard isWanted else { return print("nothing to send again") }
        let perSecond = rate == rate.rounded() ? String(Int(rate)) : String(rate)
        try file.visit(isReadOnly: false) { store, _, _ in
            try store.requestReplay(of: selection, eventsPerSecond: rate)
            print("asked for: \(store.daemonInWords) sends them again, \(perSecond) a second")
        }
    }

    private func selection() throws -> ReplaySelection {
        var selection = ReplaySelection()
        selection.eventIDs = id
        selection.types = type.map(\.text)
        selection.endpoint = endpoint
        selection.isOfDeadLetters = dead
        selection.from = try from.map(instant)
        selection.until = try until.map(instant)
        if let from = selection.from, let until = selection.until, from >= until {
            throw ValidationError("--from is before --until.")
        }
        selection.sequences = try sequence.map(numbers)
        return selection
    }

    private func instant(_ text: String) throws -> Instant {
        guard let instant = DatePattern.parseISO8601(text) else {
            throw ValidationError("\(text) is no time; write one such as 2026-11-23T19:04:05Z.")
        }
        return instant
    }

    private func numbers(_ text: String) throws -> ClosedRange<Int> {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(parts.count), let first = parts[0], let last = parts[parts.count - 1], first <= last
        else {
            throw ValidationError("\(text) is no number or range of numbers; write one such as 42 or 40-50.")
        }
        return first...last
    }
}
