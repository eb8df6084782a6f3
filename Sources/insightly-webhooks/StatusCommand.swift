// `status`: how far the daemon has come, from its store.

import ArgumentParser
import CommandText
import Daemon
import Foundation
import Operations

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows how far the daemon has come: resources, quota, queue.",
        discussion: Manual.discussion(
            """
            Reads the state store beside a running daemon, or without one. What needs somebody stands first, each with \
            the command that goes on from there. On a terminal, what follows are tables; elsewhere each thing is one whole \
            line, to be looked through by its words. Exit status: 69 where there is no state store.

            With --watch it goes on until it is interrupted: on a terminal it is drawn anew every two seconds; elsewhere \
            it is printed each time something has happened, with --json as one line. Of several accounts, --account says \
            which one.
            """,
            examples: [
                "insightly-webhooks status", "insightly-webhooks status --watch",
                "# Whether anything needs somebody", "insightly-webhooks status --json | jq '.attention'",
            ]))

    private static let secondsBetweenLooks = 2.0

    @OptionGroup var file: StoreOption

    @Flag(help: "Go on showing it, until interrupted.")
    var watch = false

    @Flag(help: "As one JSON object, for programs.")
    var json = false

    func run() throws {
        if let stores = try file.locatedAll() { return try showAll(stores) }
        guard watch else { return try show(try file.ask(StatusQuestion())) }
        let (store, interruption) = (try file.located(), Interruption())
        if !json, Screen.output.isTerminal {
            try FullScreen.during { screen in
                repeat {
                    screen.draw(lines(of: try store.ask(StatusQuestion())))
                } while !interruption.waits(seconds: Self.secondsBetweenLooks)
            }
        } else {
            var shown: String?
            repeat {
                let report = try store.ask(StatusQuestion())
                let sight = try AnswerJSON.text(of: report.withoutForetelling)
                if sight != shown { try show(report, isFirst: shown == nil) }
                shown = sight
            } while !interruption.waits(seconds: Self.secondsBetweenLooks)
        }
    }

    /// A line for each account; what is to be known of one says `--account`.
    private func showAll(_ stores: [LocatedStore]) throws {
        guard !watch else {
            Output.error("--watch is for one account; say by --account which one is meant")
            throw ExitCode.validationFailure
        }
        let reports = try stores.map { OfAccount(account: $0.nameInStore, status: try $0.ask(StatusQuestion())) }
        guard !json else {
            let attention = reports.flatMap { report in
                report.status.attention.map { NeedOfAccount(account: report.account, attention: $0) }
            }
            return try Output.json(All(accounts: reports, attention: attention))
        }
        let overview = AccountsOverview(reports.map { ($0.account, $0.status) })
        Output.lines(overview.lines(on: .output, recommending: file.option))
    }

    private struct All: Encodable {
        let accounts: [OfAccount]
        /// Of all of them, for whoever watches.
        let attention: [NeedOfAccount]
    }

    private struct NeedOfAccount: Encodable {
        let account: String
        let attention: Attention

        private enum CodingKeys: CodingKey { case account }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(account, forKey: .account)
            try attention.encode(to: encoder)
        }
    }

    private struct OfAccount: Encodable {
        let account: String
        let status: StatusReport
    }

    private func show(_ report: StatusReport, isFirst: Bool = true) throws {
        if watch, json {
            try Output.jsonLine(report)
        } else if json {
            try Output.json(report)
        } else {
            Output.lines((isFirst ? [] : [""]) + lines(of: report))
        }
        // Whoever reads it from a pipe waits for it.
        if watch { try Output.flush() }
    }

    private func lines(of report: StatusReport) -> [String] {
        report.lines(on: .output, recommending: file.option, at: SteadyClock.wall)
    }
}
