// The shared instance and its clock.

import SimulatedWorld
import ChangeFeed
import Synchronization
import Testing

@testable import Simulator

@Suite("Live instance")
struct LiveInstanceTests {
    @Test("the world never sees time run backwards")
    func monotonic() {
        let clock = Mutex([noon + .seconds(3), noon, noon + .seconds(5)])
        let time = TimeSource(now: { clock.withLock { $0.removeFirst() } }, sleep: { _ in })
        let live = LiveInstance(makeWorld(population: .empty), time: time)
        let seen = (0..<3).map { _ in live.withInstance { _, now in now } }
        #expect(seen == [noon + .seconds(3), noon + .seconds(3), noon + .seconds(5)])
    }

    @Test("every commit is told of once, in order")
    func announcements() throws {
        let told = Mutex<[Int]>([])
        let live = LiveInstance(makeWorld(), time: VirtualTime().source) { commit in
            told.withLock { $0.append(commit.number) }
        }
        let founded = live.withInstance { world, _ in world.commits.count }
        for _ in 0..<20 { live.editUnlessFrozen() }
        try live.change { world, now in try world.convert(lead: try #require(world.ids(of: .leads).last), at: now) }
        let commits = live.withInstance { world, _ in world.commits.map(\.number) }
        #expect(told.withLock { $0 } == Array(commits.dropFirst(founded)))
    }
}
