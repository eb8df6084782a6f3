// What many ask for at once, and what cannot be had.

import ChangeFeed
import Daemon
import Synchronization
import Testing

@Suite("A shared look", .timeLimit(.minutes(60)))
struct SharedLookTests {
    private struct Unreadable: Error {}

    private let now = Instant(secondsSince1970: 1_764_000_000)

    @Test("is taken once for all who ask meanwhile, and tells what was seen last where it does not end")
    func hanging() async throws {
        let (gates, gate) = AsyncStream.makeStream(of: Void.self)
        let looks = Mutex(0)
        let looked = AsyncStream.makeStream(of: Void.self)
        let (now, later) = (now, now + .seconds(90))
        let time = Mutex(now)
        let look = SharedLook(now: { time.withLock { $0 } }) {
            let number = looks.withLock { looks in
                looks += 1
                return looks
            }
            if number == 2 { for await _ in gates {} }
            looked.continuation.yield()
            return number
        }
        let first = await look.seen(within: .seconds(50))
        #expect(first?.answer == 1 && first?.time == now)
        _ = await looked.stream.first { _ in true }
        time.withLock { $0 = later }
        await withTaskGroup { asking in
            for _ in 0..<50 { asking.addTask { await look.seen(within: .milliseconds(50)) } }
            for await seen in asking { #expect(seen?.answer == 1 && seen?.time == now) }
        }
        #expect(looks.withLock { $0 } == 2)
        gate.finish()
        _ = await looked.stream.first { _ in true }
        // The look may not have been put down yet.
        while await look.seen(within: .seconds(50))?.time != later {}
        #expect(looks.withLock { $0 } <= 4)
    }

    @Test("that fails tells nothing, rather than what may be long past")
    func failing() async {
        let isBroken = Mutex(false)
        let look = SharedLook(now: { [now] in now }) {
            if isBroken.withLock({ $0 }) { throw Unreadable() }
            return 1
        }
        #expect(await look.seen(within: .seconds(50)) != nil)
        isBroken.withLock { $0 = true }
        #expect(await look.seen(within: .seconds(50)) == nil)
    }
}
