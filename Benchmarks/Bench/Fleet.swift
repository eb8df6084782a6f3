// `bench fleet`: what it costs, and how long it takes, to keep every account led by one of many daemons.

import ArgumentParser
import ChangeFeed
import Foundation
import SimulatedFleet

struct Fleet: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What daemons that share accounts ask of their store, and how long an account is led by nobody.",
        discussion: """
            Runs the daemons' own machines on a store in memory, in virtual time: daemons are killed, told to stop, \
            stopped for up to two minutes and woken, and join, one of these every so often; then all is calm, one more \
            joins, and one leaves. CPU is that of the whole process: all daemons, their store, and the judge.
            """)

    @Option(help: "Daemons to begin with, and to come back to.")
    var daemons = 20
    @Option(help: "Accounts.")
    var accounts = 10_000
    @Option(help: "Hours in which daemons come and go.")
    var hours = 24
    @Option(help: "The mean time between two such events, in minutes.")
    var every = 20
    @Option(help: "Decides what happens.")
    var seed: UInt64 = 1

    @Flag(help: "Fail where a promise is broken.")
    var bars = false

    func validate() throws {
        guard daemons > 1, accounts > 0, hours > 0, every > 0 else {
            throw ValidationError("--daemons must be 2 or more, --accounts, --hours and --every 1 or more.")
        }
    }

    func run() throws {
        var scenario = FleetScenario(seed: seed)
        scenario.daemons = daemons
        scenario.accounts = accounts
        scenario.trouble = .hours(hours)
        scenario.betweenMisfortunes = .minutes(every)
        scenario.misfortunes = [.killed, .told, .stopped, .joins]
        let began = clock()
        let report = FleetReport.of(scenario)
        print("| | |\n|---|---:|")
        for (name, value) in rows(report, cpu: Double(clock() - began) / Double(CLOCKS_PER_SEC)) {
            print("| \(name) | \(value) |")
        }
        guard bars, !report.failures.isEmpty else { return }
        for line in report.failures { FileHandle.standardError.write(Data((line + "\n").utf8)) }
        throw ExitCode.failure
    }

    private func rows(_ report: FleetReport, cpu: Double) -> [(String, String)] {
        let seconds = report.virtualTime.inSeconds
        return [
            ("accounts, daemons, hours", "\(accounts), \(daemons), \(oneDecimal(seconds / 3_600))"),
            ("daemons killed, told to stop, stopped and woken, joined", "\(report.happened)"),
            ("requests of the store a second, all daemons", oneDecimal(Double(report.requests) / seconds)),
            ("the same, when all is calm", oneDecimal(report.calmRequests * Double(daemons))),
            ("the most that one daemon asked in a second", "\(report.requestsInOneSecond)"),
            ("accounts moved", "\(report.moves)"),
            ("the longest that an account was led by nobody", "\(report.longestLeaderless)"),
            ("moved when one more joined, of even", described(report.movesOfJoining.map { ($0.moved, $0.even) })),
            ("moved when one left, of those it led", described(report.movesOfLeaving.map { ($0.moved, $0.led) })),
            ("CPU", "\(oneDecimal(cpu)) s"),
            ("CPU of a second of a daemon", "\(oneDecimal(cpu / seconds / Double(daemons) * 1e6)) µs"),
        ]
    }

    private func described(_ moves: (Int, Int)?) -> String { moves.map { "\($0.0), \($0.1)" } ?? "" }

    private func oneDecimal(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
}
