// `replay`: stored events, once more.

import ArgumentParser
import ChangeFeed
import Operations

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
    var rate = Replay.usualRate

    @Flag(help: "Only says how many it would be.")
    var dryRun = false

    func validate() throws {
        do throws(OperationProblem) { _ = try Replay(wish, eventsPerSecond: rate) } catch {
            throw ValidationError(error.lines.joined(separator: "\n"))
        }
    }

    func run() throws {
        let counts = try file.ask(CountReplay(wish))
        for count in counts { print("\(count.endpoint): \(count.events.counted("event"))") }
        guard !dryRun else { return print("nothing is sent: this was a dry run") }
        guard counts.contains(where: { $0.events > 0 }) else { return print("nothing to send again") }
        let perSecond = rate == rate.rounded() ? String(Int(rate)) : String(rate)
        try file.visit(isReadOnly: false) { scope in
            try scope.leave(Replay(wish, eventsPerSecond: rate))
            print("asked for: \(scope.daemonInWords) sends them again, \(perSecond) a second")
        }
    }

    private var wish: ReplayWish {
        var wish = ReplayWish()
        wish.ids = id
        (wish.sequence, wish.from, wish.until) = (sequence, from, until)
        (wish.types, wish.endpoint) = (type, endpoint)
        (wish.isOfDeadLetters, wish.isOfAll) = (dead, all)
        return wish
    }
}
