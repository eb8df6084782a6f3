// The editor's pace.

import SimulatedWorld
import ChangeFeed
import RunningServices
import Synchronization
import Testing

@testable import Simulator

@Suite("Editing service", .timeLimit(.minutes(60)))
struct EditingServiceTests {
    @Test("it edits as often as asked for, unevenly, and stops when told to")
    func pace() async throws {
        let time = VirtualTime()
        let (edits, edit) = AsyncStream.makeStream(of: Instant.self)
        let live = LiveInstance(makeWorld(), time: time.source) { edit.yield($0.at) }
        let service = EditingService(live, editsPerMinute: 600, seed: 5)
        var times: [Instant] = []
        try await running(service) {
            for await time in edits.prefix(1000) { times.append(time) }
        }
        let last = try #require(times.last)
        // A lead's conversion is several commits of one edit, so that a thousand commits take a little less time.
        #expect((Duration.seconds(85)...Duration.seconds(108)).contains(last - noon))
        #expect(Set(zip(times, times.dropFirst()).map { $1 - $0 }).count > 50)
    }
}
