// The command `simulate`: whole lives of the daemon by the thousand, or one of them line by line.

import ArgumentParser
import Foundation
import PrivatePostgreSQL
import SimulatedFleet
import WholeLives

@main
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scripts/simulate",
        abstract: "Lives whole lives of the daemon in virtual time, each decided by a seed, and judges them.",
        discussion: "Ends with 1 where a promise was broken, and prints what led to it and how to see it again.")

    @Option(help: "How many seeds to live.")
    var seeds: UInt64 = 100

    @Option(help: "The first of them.")
    var from: UInt64 = 1

    @Option(help: "How many lives at once; as many as there are cores unless told.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: "One seed, and its whole trace.")
    var seed: UInt64?

    @Option(help: "The directory for the stores of the lives, which are gone when they end.")
    var directory = FileManager.default.temporaryDirectory.path

    @Option(help: "The engine of the stores: sqlite, memory, postgres or rehearsed.")
    var engine = LifeEngine.sqlite

    @Flag(help: "Many daemons that share accounts, rather than the life of one.")
    var fleet = false

    @Flag(help: "End with the first promise that is broken.")
    var untilBroken = false

    func validate() throws {
        guard jobs > 0 else { throw ValidationError("--jobs must be 1 or more.") }
        guard seeds > 0 else { throw ValidationError("--seeds must be 1 or more.") }
    }

    func run() async throws {
        if fleet { return try runFleets() }
        guard engine.needsServer else { return try live(at: nil) }
        let cluster = SharedCluster(["max_connections": "200"])
        try await cluster.lend { server in try await onThread { try live(at: server.address) } }
    }

    private func live(at server: String?) throws {
        let place = URL(fileURLWithPath: directory)
        if let seed {
            let report = LifeReport.of(.drawn(from: seed), on: engine, in: place, at: server, traced: true)
            for line in report.trace { print(line) }
            print("\n\(report.scenario)")
            for failure in report.failures { print("BROKEN: \(failure)") }
            print(report.failures.isEmpty ? "every promise was kept" : "")
            if !report.failures.isEmpty { throw ExitCode.failure }
            return
        }
        let lives = ManyLives(
            seeds: from..<(from + seeds), engine: engine, directory: place, server: server, untilBroken: untilBroken)
        lives.live(jobs: jobs)
        print(lives.totals)
        if lives.totals.failures > 0 { throw ExitCode.failure }
    }

    private func runFleets() throws {
        if let seed {
            let report = FleetReport.of(.drawn(from: seed), traced: true)
            for line in report.trace { print(line) }
            print("\n\(report.scenario)")
            for failure in report.failures { print("BROKEN: \(failure)") }
            print(report.failures.isEmpty ? "every promise was kept" : "")
            if !report.failures.isEmpty { throw ExitCode.failure }
            return
        }
        let fleets = ManyFleets(seeds: from..<(from + seeds), untilBroken: untilBroken)
        fleets.live(jobs: jobs)
        print(fleets.summary)
        if fleets.failures > 0 { throw ExitCode.failure }
    }
}

extension LifeEngine: ExpressibleByArgument {}
