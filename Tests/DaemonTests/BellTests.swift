// That a ring is heard, whenever it comes.

import Testing

@testable import Daemon

@Suite("A bell", .timeLimit(.minutes(60)))
struct BellTests {
    @Test("that rings while nobody listens is heard by whoever does next, once")
    func before() async throws {
        let bell = Bell()
        bell.ring()
        bell.ring()
        try await bell.listen(atMost: .seconds(3_600))
        try await bell.listen(atMost: .zero)
    }

    @Test("that rings ends the listening at once")
    func meanwhile() async throws {
        let bell = Bell()
        try await withThrowingTaskGroup { both in
            for _ in 0..<100 {
                both.addTask { try await bell.listen(atMost: .seconds(3_600)) }
                both.addTask { bell.ring() }
                try await both.waitForAll()
            }
        }
    }

    @Test("is listened to no longer than its listener lives")
    func cancelled() async {
        let bell = Bell()
        let listening = Task { try await bell.listen(atMost: .seconds(3_600)) }
        listening.cancel()
        await #expect(throws: CancellationError.self) { try await listening.value }
    }
}
