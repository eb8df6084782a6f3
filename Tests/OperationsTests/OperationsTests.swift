// What is asked of a daemon by way of its store, as values: each rule once, for the command line and for HTTP.

import ChangeFeed
import ChangeStore
import DaemonConfiguration
import EventStore
import Foundation
import StagedOperations
import StagedStores
import Testing

@testable import Operations

@Suite("Operations on a store")
struct OperationsTests {
    private let surroundings: StagedScope
    private var staged: StagedStore<AccountStore> { surroundings.staged }
    private var scope: OperationScope { surroundings.scope }

    init() throws { surroundings = try StagedScope() }

    private func problem<Asked: Command>(of command: Asked) -> OperationProblem? {
        do {
            _ = try scope.leave(command)
            return nil
        } catch { return error }
    }

    private func problem<Asked: Question>(of question: Asked) -> OperationProblem? {
        do {
            _ = try scope.ask(question)
            return nil
        } catch { return error }
    }

    @Test("The log is read onwards part by part, each event once and in order, up to its end")
    func onwards() throws {
        var (seen, parts): ([Int], Int) = ([], 0)
        while true {
            let part = try scope.ask(EventsAfter(seen.last ?? 0, limit: 2))
            seen += part.events.map(\.sequence)
            parts += 1
            #expect(part.firstSequence == 1 && part.lastSequence == 5)
            #expect(part.hasMore == (seen.count < 5))
            if !part.hasMore { break }
        }
        #expect(seen == [1, 2, 3, 4, 5] && parts == 3)
        let beyond = try scope.ask(EventsAfter(9, limit: 2))
        #expect(beyond.events.isEmpty && !beyond.hasMore && beyond.lastSequence == 5)
    }

    @Test("What the log does not hold any more is named between what it holds, and at its end")
    func missing() throws {
        #expect(LoggedEvents.missing(among: [1, 2, 3], after: 0, through: 3) == [])
        #expect(LoggedEvents.missing(among: [4, 7], after: 1, through: 9) == [2...3, 5...6, 8...9])
        #expect(LoggedEvents.missing(among: [], after: 3, through: 5) == [4...5])
        #expect(LoggedEvents.missing(among: [], after: 9, through: 5) == [])
        let part = try scope.ask(EventsAfter(2, limit: 2))
        #expect(part.nextAfter == 4 && part.missing == [] && part.hasMore)
        #expect(try scope.ask(EventsAfter(9, limit: 2)).nextAfter == 9)
    }

    @Test("What is no event, no delivery and no type is said to be none, with where to look")
    func unknown() throws {
        #expect(problem(of: EventQuestion("evt_x")) == .unknownEvent("evt_x"))
        #expect(problem(of: DeliveryQuestion(99)) == .unknownDelivery(99))
        var filter = ListFilter()
        filter.endpoint = "crm"
        #expect(problem(of: DeliveryList(filter)) == .unknownEndpoint("crm"))
        let type = try #require(EventTypePattern("contract.*"))
        guard case .invalid(let lines)? = problem(of: EventList(types: [type], limit: 1)) else {
            Issue.record("a type that no resource has was found")
            return
        }
        #expect(lines.count == 1 && lines[0].contains("contract"))
        for case let problem? in [problem(of: EventQuestion("x")), problem(of: GiveUpDelivery(99))] {
            #expect(problem.isOfSomethingUnknown && problem.lines.allSatisfy { $0.contains("shows which there are") })
        }
    }

    @Test("A replay is of something: nothing, everything beside something, and times in the wrong order are refused")
    func replayWishes() throws {
        func refusal(_ adjust: (inout ReplayWish) -> Void, rate: Double = 10) -> String? {
            var wish = ReplayWish()
            adjust(&wish)
            do throws(OperationProblem) {
                _ = try Replay(wish, eventsPerSecond: rate)
                return nil
            } catch { return error.lines.joined() }
        }
        #expect(refusal { _ in }?.hasPrefix("say which events") == true)
        #expect(refusal { ($0.isOfAll, $0.sequence) = (true, "1-2") }?.contains("all goes") == true)
        #expect(refusal { ($0.from, $0.until) = ("2026-11-23T19:04:05Z", "2026-11-23T19:04:05Z") } != nil)
        #expect(refusal { $0.from = "yesterday" }?.contains("yesterday is no time") == true)
        #expect(refusal { $0.sequence = "9-3" }?.contains("9-3 is no number") == true)
        #expect(refusal({ $0.isOfAll = true }, rate: 0)?.contains("0.0 is no rate") == true)
        #expect(refusal { $0.isOfAll = true } == nil && refusal { $0.sequence = "3" } == nil)
    }

    @Test("A replay is counted without being asked for, and asked for once it is")
    func replay() throws {
        for due in try staged.due() { try staged.settle(due, as: .delivered) }
        var wish = ReplayWish()
        wish.sequence = "2-4"
        #expect(try scope.ask(CountReplay(wish)) == [ReplayCount(endpoint: "default", events: 3)])
        #expect(try staged.store.carryOnReplay(to: [staged.endpoint], limit: 9, at: staged.now) == nil)
        try scope.leave(try Replay(wish))
        #expect(try staged.store.carryOnReplay(to: [staged.endpoint], limit: 9, at: staged.now) != nil)
        wish.endpoint = "gone"
        #expect(problem(of: try Replay(wish)) == .unknownEndpoint("gone"))
    }

    @Test("Events are named by id or number; one that the log does not hold is no replay of nothing")
    func replayOfWhatIsThere() throws {
        for due in try staged.due() { try staged.settle(due, as: .delivered) }
        func wish(_ ids: [String] = [], sequence: String? = nil) -> ReplayWish {
            var wish = ReplayWish()
            (wish.ids, wish.sequence) = (ids, sequence)
            return wish
        }
        #expect(try scope.ask(CountReplay(wish(["3"]))) == [ReplayCount(endpoint: "default", events: 1)])
        let id = try scope.ask(EventQuestion("3")).id
        #expect(try scope.ask(CountReplay(wish([id]))) == [ReplayCount(endpoint: "default", events: 1)])
        for (nothing, expected) in [
            (wish(["evt_no"]), OperationProblem.unknownEvent("evt_no")),
            (wish([id, "900"]), .unknownEvent("900")), (wish(sequence: "900-1000"), .noEvents(900...1_000)),
            (wish(sequence: "6"), .noEvents(6...6)),
        ] {
            #expect(problem(of: CountReplay(nothing)) == expected)
            #expect(problem(of: try Replay(nothing)) == expected)
            #expect(expected.isOfSomethingUnknown && expected.lines.allSatisfy { $0.contains("there is no event") })
        }
        #expect(try scope.ask(CountReplay(wish(sequence: "5-1000"))) == [ReplayCount(endpoint: "default", events: 1)])
    }

    @Test("Deliveries are those of an event by its id or number, and an event that is not there is said to be none")
    func deliveriesOfAnEvent() throws {
        var filter = ListFilter()
        filter.eventID = "3"
        let byNumber = try scope.ask(DeliveryList(filter))
        filter.eventID = try scope.ask(EventQuestion("3")).id
        #expect(byNumber.map(\.event) == [filter.eventID] && byNumber.count == 1)
        #expect(try scope.ask(DeliveryList(filter)).count == 1)
        filter.eventID = "evt_nope"
        #expect(problem(of: DeliveryList(filter)) == .unknownEvent("evt_nope"))
    }

    @Test("How far a replay is, is told until all of it is in the queue, though another takes its number later")
    func replayProgress() throws {
        for due in try staged.due() { try staged.settle(due, as: .delivered) }
        var wish = ReplayWish()
        wish.sequence = "2-5"
        let asked = try scope.leave(try Replay(wish, eventsPerSecond: 20))
        func carryOn() throws { _ = try staged.store.carryOnReplay(to: [staged.endpoint], limit: 2, at: staged.now) }
        #expect(try scope.ask(ReplayProgress(of: asked))?.share == 0)
        try carryOn()
        let half = StatusReport.Replay(
            endpoint: nil, queued: 2, from: 2, doneThrough: 3, through: 5, eventsPerSecond: 20)
        #expect(half.share == 0.5)
        #expect(try scope.ask(ReplayProgress(of: asked)) == half)
        #expect(try scope.ask(StatusQuestion()).replays == [half])
        try carryOn()
        #expect(try scope.ask(ReplayProgress(of: asked)) == nil && scope.ask(StatusQuestion()).replays == [])
        wish.sequence = "1-5"
        try scope.leave(try Replay(wish, eventsPerSecond: 20))
        #expect(try scope.ask(ReplayProgress(of: asked)) == nil)
    }

    @Test("Decisions and resumptions are about what there is")
    func decisions() throws {
        #expect(try scope.leave(Decide(.release, of: "contacts")) == .nothingHeld)
        #expect(problem(of: Decide(.dismiss, of: "leads")) == .unknownResource("leads"))
        #expect(problem(of: ResumeEndpoint("crm")) == .unknownEndpoint("crm"))
        try scope.leave(ResumeEndpoint("default"))
        #expect(try staged.store.isResumptionRequested(of: staged.endpoint))
        try scope.leave(ResumeAPI())
        #expect(try staged.store.isAPIResumptionRequested())
    }

    @Test("A poll is asked for by any name of its object, or of all resources that are configured")
    func polls() throws {
        #expect(try scope.leave(PollNow("Contact")).resources == ["contacts"])
        #expect(try staged.store.takePollRequests().names.map(\.text) == ["contacts"])
        #expect(try scope.leave(PollNow()).resources == ["contacts"])
        #expect(problem(of: PollNow("leads")) == .unknownResource("leads"))
        let text = #"{"event.poller.configuration": {"leads": {}}}"#
        let nothing = SecretSources(environment: { _ in nil }, file: { _ in [] }, credential: { _ in nil })
        let settings = try DaemonSettings.read(Array(text.utf8), secrets: nothing).outcome.get()
        let other = OperationScope(
            store: scope.store, api: nil, polling: settings.accounts[0].polling, endpoints: [], hasDaemon: true,
            at: scope.now)
        #expect(throws: OperationProblem.unconfiguredResource("contacts")) { try other.leave(PollNow("contacts")) }
    }

    @Test("What waits is given up one by one, or all of it")
    func givingUp() throws {
        let due = try #require(try staged.due().first)
        #expect(try scope.leave(GiveUpDelivery(due.id)) == .requested)
        #expect(try scope.leave(GiveUpQueue(of: "default")) == 5)
        #expect(problem(of: GiveUpQueue(of: "crm")) == .unknownEndpoint("crm"))
        let first = try scope.leave(DiscardDeadLetters(of: "default"))
        #expect(first.letters == 0 && first.andWhatIsGivenUp)
        _ = try staged.store.giveUpWhatWasAsked(of: staged.endpoint, limit: 9, at: staged.now)
        #expect(try scope.ask(StatusQuestion()).attention.map(\.kind) == [.deadLetters])
        let second = try scope.leave(DiscardDeadLetters(of: "default"))
        #expect(second.letters == 5 && !second.andWhatIsGivenUp)
        #expect(problem(of: DiscardDeadLetters(of: "crm")) == .unknownEndpoint("crm"))
        #expect(try staged.store.discardWhatWasAsked(limit: 9).letters == [staged.endpoint.id: 5])
        #expect(try scope.ask(StatusQuestion()).attention == [])
        #expect(try scope.ask(EventsAfter(0, limit: 9)).events.count == 5)
    }

    @Test("The status knows a daemon that runs, and counts what waits")
    func status() throws {
        let report = try scope.ask(StatusQuestion())
        #expect(report.daemonRuns == true && report.queue.open == 5 && report.queue.lastSequence == 5)
        #expect(report.resources.map(\.resource) == ["contacts"] && report.endpoints.map(\.open) == [5])
    }
}
