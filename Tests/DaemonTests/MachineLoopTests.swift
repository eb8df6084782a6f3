// The loop that runs machines, with one that does nothing.

import ChangeFeed
import Testing

@testable import Daemon

@Suite("The loop of a machine")
struct MachineLoopTests {
    private struct Idle: Machine {
        enum Input { case wake, stop }
        static let wake = Input.wake
        let alarm: Instant? = nil
        private(set) var isDone = false

        mutating func take(_ input: Input, at now: Instant, chance: inout some RandomNumberGenerator) {
            if input == .stop { isDone = true }
        }

        mutating func effects(at now: Instant, chance: inout some RandomNumberGenerator) -> [Never] { [] }
    }

    private struct Nothing: EffectPerformer {
        typealias Work = Idle

        mutating func perform(_ effect: Never, in tasks: inout DiscardingTaskGroup) {}
    }

    @Test("One that has ended is no loop that hangs: who asks whether it is there is let go")
    func ended() async {
        let loop = MachineLoop<Idle>(label: "test", clock: SteadyClock())
        loop.post(.stop)
        await loop.run(Idle(), stop: .stop) { Nothing() }
        await loop.answers()
    }

    @Test("Nor is one that ends while it is asked")
    func ending() async {
        let loop = MachineLoop<Idle>(label: "test", clock: SteadyClock())
        await withTaskGroup { tasks in
            tasks.addTask { await loop.run(Idle(), stop: .stop) { Nothing() } }
            for _ in 0..<100 { tasks.addTask { await loop.answers() } }
            tasks.addTask { loop.post(.stop) }
        }
    }

    @Test("A tool is shut down once, by whoever uses it last")
    func tool() async {
        let (ends, end) = AsyncStream.makeStream(of: Int.self)
        let tool = Tool(7) { end.yield($0) }
        tool.take()
        await tool.retire()
        await tool.retire()
        #expect(await tool.use { $0 } == 7)
        end.finish()
        var told: [Int] = []
        for await client in ends { told.append(client) }
        #expect(told == [7])
    }
}
