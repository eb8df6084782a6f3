// What is done to the daemons of a fleet, and to the network of one of them, while they work.

import ChangeFeed
import Foundation
import SimulatedWorld

struct FleetBlows {
    let stage: FleetStage
    let scale: ProofScale

    /// Each blow comes after so much more work: however busy the machine is, there is something to disturb.
    private func work(_ posts: ClosedRange<Int>, _ random: inout SeededGenerator) async throws {
        try await stage.afterPosts(random.within(posts))
    }

    /// Daemons drawn at random are killed, and started again at once.
    func kill() async throws {
        var random = SeededGenerator(seed: 17)
        var left = scale.kills
        while left > 0 {
            try await work(scale.posts(between: scale.kills), &random)
            for seat in random.shuffled(stage.seats) {
                guard let victim = await seat.kill() else { continue }
                stage.leases.struck(victim, by: "kill")
                left -= 1
                break
            }
        }
    }

    /// Daemons are stopped for longer than their leases last, and one is cut off for as long.
    func stop() async throws {
        var random = SeededGenerator(seed: 18)
        for _ in 0..<scale.stops {
            try await work(scale.posts(between: scale.stops), &random)
            try await stop(random.element(of: stage.seats))
        }
        try await cut(stage.seats[0])
    }

    private func stop(_ seat: DaemonSeat) async throws {
        try await after(pausing: seat, "stop", sending: SIGSTOP) { await seat.goOn() }
    }

    private func cut(_ seat: DaemonSeat) async throws {
        try await after(pausing: seat, "cut", sending: nil) {
            stage.network.mend()
            await seat.goOn()
        }
    }

    private func after(
        pausing seat: DaemonSeat, _ word: String, sending signal: Int32?, _ goOn: () async -> Void
    ) async throws {
        var victim: String?
        while victim == nil {
            try await seat.shares()
            victim = await seat.spare(sending: signal)
        }
        if signal == nil { stage.network.cut() }
        guard let victim else { return }
        stage.leases.struck(victim, by: word)
        try await stage.leases.waitUntilTaken(from: victim, struckFor: .seconds(scale.stopped))
        await goOn()
        stage.leases.goesOn(victim)
    }
}
