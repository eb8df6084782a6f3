// `migrate`: everything that is kept, from one state store to another.

import ArgumentParser
import ChangeFeed
import CommandText
import Daemon
import EventStore
import Foundation

struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Carries everything from one state store to another: a file, or a database of PostgreSQL.",
        discussion: Manual.discussion(
            """
            Known records, cursors, events, queues, dead letters, sequences, what was learned, and what is asked of the \
            daemon, of all accounts. No daemon may run on either meanwhile, and the one that it is carried to has to be \
            empty. What it is carried from stays as it is. A move that was broken off begins anew when the same is asked \
            for again; until it has come to its end no daemon starts on what is there.

            A store is the path of a file, or an address, postgresql://USER@HOST:PORT/DATABASE or libpq's host=… dbname=…. \
            The one of the two that is left out is the configuration's. What is on a command line, others on this \
            machine can see: an address with a password belongs into a variable (--from-env, --to-env) or the \
            configuration, or the password into libpq's ~/.pgpass.

            Exit status: 0; 64 where the stores are not said; 69 where one of them cannot be used; 1 where it was \
            interrupted.
            """,
            examples: [
                "# Into the database that store.url names",
                "insightly-webhooks migrate --from /var/lib/insightly-webhooks/state.sqlite3",
                "# And back", "insightly-webhooks migrate --to state.sqlite3",
                "insightly-webhooks migrate --from state.sqlite3 --to-env STORE_URL",
            ]))

    @OptionGroup var file: ConfigurationOption

    @Option(help: "The store that holds everything.", completion: .file())
    var from: String?

    @Option(help: "The store that is to hold it.", completion: .file())
    var to: String?

    @Option(help: ArgumentHelp("The variable that holds what --from would.", valueName: "name"))
    var fromEnv: String?

    @Option(help: ArgumentHelp("The variable that holds what --to would.", valueName: "name"))
    var toEnv: String?

    @Flag(help: "As one JSON object, for programs.")
    var json = false

    func validate() throws {
        if from != nil && fromEnv != nil { throw ValidationError("say by --from or by --from-env, not by both") }
        if to != nil && toEnv != nil { throw ValidationError("say by --to or by --to-env, not by both") }
        guard from ?? fromEnv ?? to ?? toEnv != nil else {
            throw ValidationError("say by --from or --to which store is meant besides the configuration's")
        }
    }

    func run() throws {
        let (source, target): (any StoreLocation, any StoreLocation)
        do {
            source = try location(from, fromEnv, "--from")
            target = try location(to, toEnv, "--to")
            let report = try move(from: source, to: target)
            if json { return try Output.json(report) }
            Output.line(report.line)
        } catch let problem as StoreProblem {
            Output.error(problem.description)
            throw ExitStatus.storeUnavailable
        } catch is MoveStopped {
            Output.error("interrupted: nothing is lost, and the same command begins anew")
            throw ExitCode.failure
        }
    }

    private func location(_ name: String?, _ variable: String?, _ option: String) throws -> any StoreLocation {
        if let name { return try ConfiguredStore.location(named: name, by: option) }
        guard let variable else { return try file.loadWithoutSecrets().store }
        guard let name = ProcessInfo.processInfo.environment[variable], !name.isEmpty else {
            throw ValidationError("the environment variable \(variable) is not set")
        }
        return try ConfiguredStore.location(named: name, by: option + "-env")
    }

    private func move(from: any StoreLocation, to: any StoreLocation) throws -> MoveReport {
        let (interruption, line) = (Interruption(), ProgressLine())
        let source = try from.openAlone()
        defer { source.finish() }
        let target = try to.openTarget(movedFrom: from.place)
        defer { target.finish() }
        do {
            defer { line.end() }
            // Whoever began to write to it meanwhile is not in what was carried.
            let move = StoreMove(from: source, to: target, beforeEnd: { try source.requireNobodyElse() }) { progress in
                line.show(progress)
                return !interruption.hasCome
            }
            return MoveReport(try move.run(), from: from.place, to: to.place)
        } catch let stopped as MoveStopped {
            throw stopped
        } catch {
            throw target.failure(behind: error) == nil ? source.problem(behind: error) : target.problem(behind: error)
        }
    }
}

private struct MoveReport: Encodable {
    let from: String
    let to: String
    let accounts: Int
    let records: Int
    let events: Int
    let deliveries: Int

    init(_ summary: MoveSummary, from: String, to: String) {
        (self.from, self.to, accounts) = (from, to, summary.accounts)
        (records, events, deliveries) = (summary.records, summary.events, summary.deliveries)
    }

    var line: String {
        "\(to): \(accounts.counted("account")), \(records.counted("record")), \(events.counted("event")), "
            + deliveries.counted("delivery", "deliveries")
    }
}

extension ProgressLine {
    fileprivate func show(_ progress: MoveProgress) {
        let part =
            switch progress.part {
            case .records: "records"
            case .events: "events"
            case .deliveries: "deliveries"
            }
        show(
            "moving \(part) of \(progress.account)",
            share: progress.whole > 0 ? min(1, Double(progress.done) / Double(progress.whole)) : nil,
            amount: "\(progress.done)")
    }
}
