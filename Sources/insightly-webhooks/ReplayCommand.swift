// `replay`: stored events, once more.

import ArgumentParser
import ChangeFeed
import Operations

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Sends stored events again.",
        discussion: Manual.discussion(
            """
            Events keep their ids, their bytes and their webhook-sequence; timestamp and signature are new, and the header \
            `webhook-replay: true` marks them. All conditions given must hold. An endpoint gets what it got before, and \
            what it would get now; what is still on its way is left alone.

            The daemon carries it out within two seconds, or when it runs: it puts the events into the queue, and sends \
            them from there at the rate that was asked for. `status` shows how far that is.
            """,
            examples: [
                "# How many it would be", "insightly-webhooks replay --dead --dry-run",
                "insightly-webhooks replay --dead --endpoint crm --wait",
                "insightly-webhooks replay --from 2026-11-23T00:00:00Z --type 'contact.*' --rate 50",
            ]))

    @OptionGroup var file: StoreOption

    @Option(
        help: ArgumentHelp(
            "The event with this id, or number in the log; can be given several times.", valueName: "event"))
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

    @Flag(help: "Wait until all of it is in the queue, and show how far that is on a terminal.")
    var wait = false

    @Flag(help: "As one JSON object, for programs.")
    var json = false

    func run() throws {
        let store = try file.located()
        let counts = try store.ask(CountReplay(wish))
        let isOfSome = counts.contains { $0.events > 0 }
        if json {
            try Output.json(Answer(endpoints: counts, isAskedFor: isOfSome && !dryRun))
        } else {
            for count in counts { Output.line("\(count.endpoint): \(count.events.counted("event"))") }
            if dryRun {
                print("nothing is sent: this was a dry run")
            } else if !isOfSome {
                print("nothing to send again")
            }
        }
        guard isOfSome, !dryRun else { return }
        let perSecond = rate == rate.rounded() ? String(Int(rate)) : String(rate)
        let asked = try store.visit(isReadOnly: false) { scope in
            let asked = try scope.leave(Replay(wish, eventsPerSecond: rate))
            if !json { print("asked for: \(scope.daemonInWords) sends them again, \(perSecond) a second") }
            return asked
        }
        guard wait else { return }
        try Output.flush()
        try ReplayWaiting(store: store, asked: asked).run()
        if !json { print("all of it is in the queue") }
    }

    private struct Answer: Encodable {
        let endpoints: [ReplayCount]
        let isAskedFor: Bool
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
