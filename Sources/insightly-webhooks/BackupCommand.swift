// `backup`: a copy of the state store while the daemon goes on.

import ArgumentParser
import ChangeFeed
import CommandText
import EventStore
import Operations

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Writes a consistent copy of the state store, while a daemon runs or without one.",
        discussion: Manual.discussion(
            """
            The copy is the store at one moment: known records, events, the queue and the cursors. It is written under \
            another name beside FILE, looked through for damage, and only then called FILE; its owner alone may read it, \
            for it holds what the CRM says of people. What the configuration and its secrets say is not in it.

            To restore it: stop the daemon, put the copy in the place of the state store, delete the store's -wal and \
            -shm, start the daemon. The copy of a store in PostgreSQL is such a file as well: `migrate --from FILE` carries \
            it into an empty database. What was detected after the copy is detected again, as docs/operating.md says.
            """,
            examples: [
                "insightly-webhooks backup /var/backups/insightly-webhooks.sqlite3",
                "# One for each day of the week", "insightly-webhooks backup --force state-$(date +%u).sqlite3",
            ]))

    @OptionGroup var file: ConfigurationOption

    @Argument(help: ArgumentHelp("The copy.", valueName: "file"), completion: .file())
    var path: String

    @Flag(help: "A file of this name is replaced once the copy is whole.")
    var force = false

    @Flag(help: "As one JSON object, for programs.")
    var json = false

    func run() throws {
        let (interruption, line) = (Interruption(), ProgressLine())
        let (settings, store) = try file.loadWithoutSecrets()
        // The copy is of all accounts, whichever the store is opened for.
        let located = LocatedStore(account: settings.accounts.first ?? .none, location: store)
        let report = try located.visit(isReadOnly: true) { scope in
            defer { line.end() }
            return try scope.ask(
                Backup(to: path, isReplacing: force, namesAccounts: settings.namesAccounts) { progress in
                    line.show(progress)
                    return !interruption.hasCome
                })
        }
        if json { return try Output.json(report) }
        let size = "\(report.file): \(ProgressText.bytes(report.bytes))"
        guard let accounts = report.accounts else {
            return Output.line("\(size), \(Self.log(upTo: report.lastSequence ?? 0))")
        }
        Output.lines(
            ["\(size), of \(accounts.count.counted("account"))"]
                + accounts.map { "\($0.account): \(Self.log(upTo: $0.lastSequence))" })
    }

    private static func log(upTo sequence: Int) -> String {
        sequence == 0 ? "no event yet" : "the log up to event \(sequence)"
    }
}

extension ProgressLine {
    fileprivate func show(_ progress: CopyProgress) {
        switch progress {
        case .copying(let bytes, let whole):
            let amount = ProgressText.bytes(bytes) + (whole > 0 ? " of \(ProgressText.bytes(whole))" : "")
            show("copying", share: whole > 0 ? Double(bytes) / Double(whole) : nil, amount: amount)
        case .checking: show("looking for damage", share: nil, amount: "")
        }
    }
}
