import ChangeFeed
import Foundation
import Testing

@testable import StoredForms
import EventStore

/// Whoever must change a file here has made a new form: stores that hold the old one have to open and go on.
@Suite("What is kept as JSON, or as a word")
struct StoredFormsTests {
    private let now = Instant(secondsSince1970: 1_795_536_000)

    private func lines(_ file: String) throws -> [String] {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let text = try String(contentsOfFile: "/\(folder)/golden/\(file)", encoding: .utf8)
        return text.split(separator: "\n").map(String.init)
    }

    /// That the file has these values in these forms, one a line, and that each is read as what it was.
    private func expect<Form: StoredForm>(_ form: Form.Type, _ values: [Form.Value], are file: String) throws
    where Form.Value: Equatable {
        #expect(try lines(file) == values.map(Form.text))
        #expect(try lines(file).map(Form.value) == values)
    }

    private func health(
        _ circuit: EndpointHealth.Circuit, _ disabled: EndpointHealth.Disabled? = nil
    ) -> EndpointHealth {
        EndpointHealth(circuit: circuit, disabled: disabled, failures: 7, failingSince: now, failingTypes: [])
    }

    @Test("An endpoint's health")
    func endpointHealth() throws {
        let failing = EndpointHealth(
            circuit: .closed, disabled: nil, failures: 1, failingSince: nil, failingTypes: ["b.created", "a.updated"])
        try expect(
            StoredHealth.self,
            [
                health(.closed), health(.open(until: now, probes: 3)), health(.probing),
                health(.recovering(allowed: 2)), health(.closed, .gone), health(.closed, .asked),
                health(.closed, .failing), health(.closed, .unreadable), failing,
            ], are: "endpoint-health.jsonl")
    }

    @Test("A replay that was asked for")
    func replay() throws {
        var selection = ReplaySelection()
        selection.eventIDs = ["evt_a"]
        selection.sequences = 1...40
        (selection.from, selection.until) = (now, now + .seconds(1))
        (selection.types, selection.endpoint, selection.isOfDeadLetters) = (["contact.*"], "default", true)
        var request = ReplayRequest(selection: selection, eventsPerSecond: 2.5, through: 40)
        (request.doneThrough, request.count) = (12, 3)
        let all = ReplayRequest(selection: ReplaySelection(), eventsPerSecond: 10, through: 7)
        try expect(StoredReplay.self, [request, all], are: "replay.jsonl")
    }

    @Test("What the API has been like")
    func apiHealth() throws {
        var health = APIHealth()
        health.pause = .init(until: Instant(microsecondsSince1970: 7), cause: .dayUsedUp)
        health.instance = .init(since: Instant(microsecondsSince1970: 8), status: 500)
        health.rests = ["contacts": .init(until: Instant(microsecondsSince1970: 9), status: 403)]
        health.clocks = ClockComparison(
            server: Instant(secondsSince1970: 2), own: Instant(secondsSince1970: 1), aheadSeconds: 1)
        health.quotaTrouble = .contradicting
        var waiting = APIHealth()
        waiting.instance = .init(since: Instant(microsecondsSince1970: 8), status: nil, counted: .minutes(40))
        var short = APIHealth()
        short.intervalsAreStretched = true
        try expect(StoredAPIHealth.self, [health, APIHealth(), waiting, short], are: "api-health.jsonl")
    }

    @Test("What was held when an operator decided")
    func heldThings() throws {
        let (seven, eight) = (Instant(microsecondsSince1970: 7), Instant(microsecondsSince1970: 8))
        try expect(
            StoredHeldThings.self,
            [
                HeldThings(deletesHeldSince: seven, changesHeldThrough: eight, areDeletesBegun: true),
                HeldThings(deletesHeldSince: seven),
            ], are: "held-things.jsonl")
    }

    @Test("Which letters were dead when somebody asked about them")
    func deadLetters() throws {
        let seven = Instant(microsecondsSince1970: 7)
        try expect(
            StoredDeadLetters.self,
            [
                DeadLetters(through: 9, diedBy: seven, givenUpThrough: 12), DeadLetters(through: 9, diedBy: seven),
            ], are: "dead-letters.jsonl")
    }

    @Test("What a sample of vanished records told")
    func sample() throws {
        let sample = AbsenceSample(gone: 3, existing: 16, unanswered: 1)
        try expect(StoredSample.self, [sample, AbsenceSample()], are: "absence-sample.jsonl")
        #expect(StoredSample.value(in: #"{"existing":1,"gone":-1,"unanswered":0}"#) == nil)
    }

    @Test("Where the time of an attempt went, and the path of a field")
    func small() throws {
        var (all, one) = (AttemptPhases(), AttemptPhases())
        for (index, phase) in AttemptPhases.Phase.allCases.enumerated() {
            all[phase] = .microseconds(index + 1)
        }
        one[.wait] = .microseconds(3)
        try expect(StoredPhases.self, [all, one, AttemptPhases()], are: "phases.jsonl")
        try expect(StoredFieldPath.self, [FieldPath(members: ["DATES", "UPDATED"])], are: "field-path.jsonl")
    }

    @Test("What polls have taught")
    func pace() throws {
        let rate = ChangeRate.Memory(
            days: .init(changes: 1.5, seconds: 60),
            hoursOfDay: (0..<24).map { .init(changes: Double($0), seconds: 3_600) },
            hours: .init(changes: 1, seconds: 30), minutes: .init(changes: 0.5, seconds: 10),
            trust: [0.25, 0.25, 0.25, 0.25])
        let claims = HourlyMean.Memory(
            sums: (0..<24).map(Double.init), seconds: Array(repeating: 3_600, count: 24))
        let pace = try #require(
            ResourcePace(ResourcePace.Memory(requestsPerPoll: 1.5, polls: 3, rate: rate, claims: claims)))
        try expect(StoredPace.self, [pace], are: "pace.jsonl")
    }

    @Test("Words and numbers")
    func words() throws {
        func line<Word: StoredWord>(_ type: Word.Type) -> String {
            "\(type): " + type.allCases.map { "\($0.stored)" }.joined(separator: " ")
        }
        let all = [
            line(DeliveryState.self), line(DeliveryOrder.self), line(Presence.self), line(Reading.self),
            line(RequestPurpose.self), line(AttemptFailure.self), line(PauseCause.self), line(QuotaTrouble.self),
            line(StoredHold.Word.self),
        ]
        #expect(try lines("words.txt") == all)
        #expect(DeliveryState(stored: "dead") == .dead && DeliveryState(stored: "Dead") == nil)
        #expect(Presence(stored: 5) == .dismissed && Presence(stored: 6) == nil)
    }

    @Test(
        "What makes no sense is not read as anything",
        arguments: [
            #"{"count":0,"doneThrough":0,"eventsPerSecond":0,"selection":{"eventIDs":[],"isOfDeadLetters":false,"types":[]},"through":7}"#,
            #"{"count":0,"doneThrough":0,"eventsPerSecond":1,"selection":{"eventIDs":[],"isOfDeadLetters":false,"sequences":[2,1],"types":[]},"through":7}"#,
            #"{"count":0,"doneThrough":0,"eventsPerSecond":1,"selection":{"eventIDs":[],"from":9223372036854775807,"isOfDeadLetters":false,"types":[]},"through":7}"#,
            #"{"members":[]}"#, "", "null", "[]",
        ])
    func nonsense(text: String) {
        #expect(StoredReplay.value(in: text) == nil)
        #expect(StoredFieldPath.value(in: text) == nil && StoredPace.value(in: text) == nil)
    }

    @Test(
        "A pause for a reason that nobody knows, and one at no time, are none",
        arguments: [
            #"{"pause":{"until":7,"cause":"weary"}}"#, #"{"pause":3}"#, #"{"quota_trouble":"?"}"#,
            #"{"instance":{"since":8,"counted":-1}}"#,
            #"{"pause":{"until":9223372036854775807,"cause":"failing"}}"#,
        ])
    func nonsenseOfTheAPI(text: String) {
        #expect(StoredAPIHealth.value(in: text) == nil)
    }
}
