// The proof of what a fleet promises: daemons, their database and their network fail in every way, and the world is told.

import ChangeFeed
import Foundation
import RunningServices
import SimulatedWorld
import Simulator
import Testing
import WebhookReceiver

@Suite("A fleet under blows", .timeLimit(.minutes(60)))
struct FleetProofTests {
    @Test(
        """
        Daemons are killed, stopped and cut off, servers restarted and failed over: nothing is lost, nothing told twice, \
        and everything is led again
        """)
    func proof() async throws {
        let scale = ProofScale.asked
        let began = ContinuousClock.now
        try await FleetStage.set(scale) { stage in
            for account in stage.accounts { try await account.waitUntilKnown() }
            let editors = stage.accounts.enumerated().map { number, account in
                EditingService(
                    account.live, editsPerMinute: ProofScale.editsPerMinute / Double(scale.accounts),
                    seed: UInt64(100 + number))
            }
            try await running(Together(services: editors)) {
                let blows = FleetBlows(stage: stage, scale: scale)
                let others = Task {
                    async let kills: Void = blows.kill()
                    async let stops: Void = blows.stop()
                    _ = try await (kills, stops)
                }
                defer { others.cancel() }
                var random = SeededGenerator(seed: 19)
                let posts = scale.posts(between: scale.restarts + 2 * scale.failOvers + 1)
                try await stage.database.beset {
                    try await stage.afterPosts(random.within(posts))
                } _: {
                    try await others.value
                    try await judge(stage, scale, began)
                }
            }
        }
    }

    /// Lets the last daemons finish in peace, and compares what was taken with what the world did.
    private func judge(_ stage: FleetStage, _ scale: ProofScale, _ began: ContinuousClock.Instant) async throws {
        for account in stage.accounts { account.live.isFrozen = true }
        stage.receiver.behave(.accepting)
        for seat in stage.seats { try await seat.shares() }
        try await stage.leases.waitUntilLed(scale.accounts)
        let marked = try stage.accounts.map { ($0, try $0.mark()) }
        for (account, marks) in marked { try await account.waitUntilTold(marks) }
        for seat in stage.seats { try await seat.stop() }
        for seat in stage.seats { #expect(await seat.faults == []) }
        let kept = try await stage.database.ask(
            "SELECT account FROM insightly_webhooks.lease WHERE holder IS NOT NULL")
        #expect(kept == "", "not given back")

        let counted = try await countedRequests(stage.database)
        var faults: [String] = []
        for account in stage.accounts { faults += try account.faults(counted: counted[account.name] ?? 0) }
        let summary = stage.receiver.summary
        if summary.alteredBodies > 0 { faults.append("\(summary.alteredBodies) events came again with other bytes") }
        if summary.outOfOrder > 0 { faults.append("\(summary.outOfOrder) events came after a later one") }
        let takeOvers = stage.leases.takeOvers
        let plain = takeOvers.filter { !$0.isTroubled }.map(\.took).sorted()
        #expect(!takeOvers.isEmpty && (!scale.isWhole || !plain.isEmpty))
        let (median, worst) = (plain.isEmpty ? .zero : plain[plain.count / 2], plain.last ?? .zero)
        if scale.isWhole, worst > .seconds(2 * scale.lease) {
            faults.append("an account was led by nobody for \(seconds(worst))")
        }
        #expect(faults == [])
        let startsInVain = await stage.startsInVain
        print(
            """
            \(scale.accounts) accounts on \(scale.daemons) daemons, a lease of \(scale.lease) s, in \
            \(seconds(ContinuousClock.now - began)): \(scale.kills) kills, \(scale.stops) stops of \(scale.stopped) s, \
            1 cut, \(scale.restarts) restarts, \(scale.failOvers) fail-overs, \(scale.failOvers + 1) standbys away; \
            \(startsInVain) starts without a store
            \(stage.events) events in \(summary.requests) POSTs, \(summary.duplicates) of them again, \
            \(stage.requests) requests of the API, at most \(stage.mostInASecond) of an account in a second
            led again after \(seconds(median)) in the median and \(seconds(worst)) at worst of \
            \(plain.count) blows; \(takeOvers.count - plain.count) more fell on a database that was away
            verdict: \(faults.isEmpty ? "every promise was kept" : faults.joined(separator: "\n"))
            """)
    }

    /// By account.
    private func countedRequests(_ database: MovingDatabase) async throws -> [String: Int] {
        let rows = try await database.ask(
            """
            SELECT name || ' ' || sum(requests) FROM insightly_webhooks.request_usage
            JOIN insightly_webhooks.account ON account.id = account_id WHERE purpose <> 'others' GROUP BY name
            """)
        return rows.split(separator: "\n").reduce(into: [:]) { counts, row in
            let words = row.split(separator: " ")
            counts[String(words[0])] = Int(words[1])
        }
    }

    private func seconds(_ duration: Duration) -> String {
        duration.formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 1)))
    }
}

extension FleetStage {
    fileprivate var events: Int { accounts.map { $0.took.events.count }.reduce(0, +) }

    fileprivate var requests: Int { logs { $0.count }.reduce(0, +) }

    fileprivate var mostInASecond: Int { logs { $0.highestCount() }.max() ?? 0 }

    private func logs(_ read: (RequestLog) -> Int) -> [Int] {
        accounts.map { $0.live.withInstance { instance, _ in read(instance.requests) } }
    }

    fileprivate var startsInVain: Int {
        get async {
            var count = 0
            for seat in seats { count += await seat.startsInVain }
            return count
        }
    }
}
