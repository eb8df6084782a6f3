// What is done to the daemons of a fleet, and to the network of one of them, while they work.

import ChangeFeed
import Foundation
import SimulatedWorld

struct FleetBlows {
    let stage: FleetStage
    let scale: ProofScale

    /// Daemons drawn at random are killed, and started again at once.
    func kill() async throws {
        var random = SeededGenerator(seed: 17)
        var left = scale.kills
        while left > 0 {
            try await Task.sleep(for: .milliseconds(random.within(scale.pauses(between: scale.kills))))
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
        for _ in 0..<scale.stops { try await stop(random.element(of: stage.seats)) }
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
        try await Task.sleep(for: .seconds(scale.lease))
        var victim: String?
        while victim == nil {
            try await seat.shares()
            victim = await seat.spare(sending: signal)
        }
        if signal == nil { stage.network.cut() }
        guard let victim else { return }
        stage.leases.struck(victim, by: word)
        try await Task.sleep(for: .seconds(scale.stopped))
        await goOn()
        stage.leases.goesOn(victim)
    }
}
