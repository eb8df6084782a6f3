// The verdict on a daemon that has lived through something.

import ChangeOracle
import ReceivedEvents
import SimulatedWorld
import StartedPrograms
import Testing

extension Stage {
    /// What is polled where the configuration names nothing.
    static let polled: [SimulatedObject] = [.contacts, .organisations, .leads, .opportunities]

    /// Waits until everything is told that the world did, has the daemon end, and compares: nothing is lost, nothing has
    /// two ids, no number is missing. The daemon has told all from the beginning on.
    ///
    /// - Parameter mayRepeat: whether an event may have come twice, with the same bytes.
    func judge(_ daemon: RunningProgram, mayRepeat: Bool = false) async throws {
        // An edit after all others, of each resource: once it has been told, everything before it has been found.
        let marks = try live.withInstance { instance, now in
            try Self.polled.map { "\($0.resource)/\(try instance.create($0, at: now).id)" }
        }
        do {
            try await took.wait { untold(marks, $0).isEmpty }
        } catch {
            Issue.record("not told: \(untold(marks, took.events))")
            throw error
        }
        #expect(await daemon.stop() == 0)
        let (world, events) = (live.withInstance { instance, _ in instance }, took.events)
        let verdict = try Verdict(taken: events, world: world, polled: Self.polled) { _ in .beginning }
        #expect(verdict.faults == [])
        #expect(Set(events.map(\.id)).count == events.count)
        #expect(events.compactMap(\.sequence).sorted() == Array(1...events.count))
        let summary = receiver.summary
        #expect(summary.alteredBodies == 0 && summary.outOfOrder == 0)
        #expect(mayRepeat || summary.duplicates == 0, "\(summary.duplicates) events came again")
    }

    private func untold(_ marks: [String], _ events: [ReceivedEvent]) -> [String] {
        let (names, numbers) = (Set(events.map(\.recordName)), Set(events.compactMap(\.sequence)))
        return marks.filter { !names.contains($0) }
            + (1...max(1, numbers.max() ?? 1)).filter { !numbers.contains($0) }.map { "#\($0)" }
            + untoldDeletions(events, Self.polled).map { "the deletion of \($0)" }
            + (isComplete(events, Self.polled) ? [] : ["the last state of some record"])
    }
}
