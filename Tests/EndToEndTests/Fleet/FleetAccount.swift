// One account of the fleet: its instance, and what the receiver took of it.

import ChangeFeed
import ChangeOracle
import ReceivedEvents
import SimulatedWorld
import Simulator
import Testing
import WebhookReceiver

struct FleetAccount: Sendable {
    static let polled: [SimulatedObject] = [.contacts, .organisations, .opportunities]

    private static let population = Population(contacts: 10, organisations: 5, opportunities: 5)

    let name: String
    let live: LiveInstance
    let took = Took()
    /// The numbers at the endpoint.
    let numbers = Watched(SequenceRanges())

    init(_ name: String, seed: UInt64) {
        self.name = name
        var quirks = Quirks()
        quirks.subdomain = name
        live = LiveInstance(
            SimulatedInstance(
                seed: seed, population: Self.population, quirks: quirks, editMix: .everything, apiKey: Stage.apiKey,
                startingAt: .wallClock - .seconds(60)))
    }

    func take(_ exchange: ReceivedExchange) {
        took.take(exchange)
        guard exchange.isAccepted, let number = exchange.request.sequence else { return }
        numbers.update { $0.insert(number) }
    }

    /// Waits until all of the beginning has been told: of a record that is deleted before it was ever read, nobody can
    /// tell.
    func waitUntilKnown() async throws {
        try await took.wait { $0.count >= Self.population.counts.values.reduce(0, +) }
    }

    /// Makes an edit after all others, of each resource: once it has been told, everything before it has been found.
    ///
    /// - Returns: the names of the records.
    func mark() throws -> [String] {
        try live.withInstance { instance, now in
            try Self.polled.map { object in
                let commit = try instance.create(object, at: now)
                return "\(object.resource)/\(commit.id)"
            }
        }
    }

    /// Waits until all has been told that the editor did, and the marks.
    func waitUntilTold(_ marks: [String]) async throws {
        do {
            try await took.wait { [live] in Self.untold(marks, $0, live).isEmpty }
        } catch {
            Issue.record("not told of \(name): \(Self.untold(marks, took.events, live))")
            throw error
        }
    }

    /// What is missing, for whoever reads that the time was up.
    private static func untold(_ marks: [String], _ events: [ReceivedEvent], _ live: LiveInstance) -> [String] {
        let names = Set(events.map(\.recordName))
        return marks.filter { !names.contains($0) }
            + live.deletionsUntold(by: events, polled).map { "the deletion of \($0)" }
            + (live.isTold(by: events, polled) ? [] : ["the last state of some record"])
    }

    /// The promises that were broken, once all has been told.
    ///
    /// - Parameter counted: the requests that the fleet has counted.
    func faults(counted: Int) throws -> [String] {
        let world = live.withInstance { instance, _ in instance }
        let verdict = try Verdict(taken: took.events, world: world, polled: Self.polled) { _ in .beginning }
        var faults = verdict.faults
        let ranges = numbers.read { $0.ranges }
        if ranges != [1...max(1, took.events.count)] { faults.append("the numbers at the endpoint are \(ranges)") }
        let requests = world.requests
        if let refused = requests.countByStatus[429] { faults.append("\(refused) requests were too many") }
        if counted < requests.count { faults.append("\(requests.count) requests came, and \(counted) were counted") }
        return faults.map { "\(name): \($0)" }
    }
}
