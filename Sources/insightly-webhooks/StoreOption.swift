// --config and --account: whose part of the store a command is about.

import ArgumentParser
import ChangeFeed
import Daemon
import DaemonConfiguration
import EventStore
import Foundation
import Operations

struct StoreOption: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOption

    @Option(help: "The account that is meant, where the configuration names more than one.")
    var account: String?

    /// As another command needs it, a space before it; empty where both are left out.
    var option: String { configuration.option + (account.map { " --account \($0)" } ?? "") }

    /// Asks something of the store beside the daemon, which needs no secrets; ends the program where it cannot be answered.
    func ask<Asked: Question>(_ question: Asked) throws -> Asked.Answer {
        try located().ask(question)
    }

    /// Works with the store beside the daemon; ends the program with 69 where it cannot be opened, and with 1 where what is
    /// asked for cannot be.
    func visit<Answer>(isReadOnly: Bool, _ work: (OperationScope) throws -> Answer) throws -> Answer {
        try located().visit(isReadOnly: isReadOnly, work)
    }

    /// What the file says of the store, read once, for whoever looks at it again and again; ends the program with 78 where
    /// the file is wrong, with 64 where nothing says which account is meant, and with 1 where there is none of that name.
    func located() throws -> LocatedStore {
        let (settings, location) = try configuration.loadWithoutSecrets()
        return LocatedStore(account: try chosen(of: settings), location: location)
    }

    /// All accounts, where none is named; nil where the file names none.
    func locatedAll() throws -> [LocatedStore]? {
        let (settings, location) = try configuration.loadWithoutSecrets()
        guard account == nil, settings.namesAccounts, settings.accounts.count != 1 else { return nil }
        return settings.accounts.map { LocatedStore(account: $0, location: location) }
    }

    private func chosen(of settings: DaemonSettings) throws -> AccountSettings {
        let names = settings.accounts.compactMap(\.name)
        if let account {
            if let chosen = settings.account(named: account) { return chosen }
            guard settings.namesAccounts else {
                Output.error("the configuration names no accounts; leave --account out")
                throw ExitCode.validationFailure
            }
            Output.error("there is no account \(account.escapingHidden()); there are \(Self.shown(names))")
            throw ExitCode.failure
        }
        if settings.accounts.count == 1 { return settings.accounts[0] }
        guard !names.isEmpty else {
            Output.error("the configuration has no account; write one into the folder of accounts.directory")
            throw ExitCode.failure
        }
        Output.error("say by --account which one is meant: \(Self.shown(names))")
        throw ExitCode.validationFailure
    }

    private static func shown(_ names: [String]) -> String {
        names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
    }

    /// Says what is wrong.
    ///
    /// - Returns: the exit status.
    func fail(_ problem: OperationProblem) -> ExitCode { LocatedStore.fail(problem) }

    /// Opens the store in the daemon's place, for a command that has to be alone with it; ends the program with 69 where
    /// that cannot be, as while a daemon runs.
    func takeOver(_ work: (any StateStore, _ account: String) throws -> Void) throws {
        let located = try located()
        do {
            let store = try located.location.openAlone()
            defer { store.finish() }
            try work(store, located.nameInStore)
        } catch let problem as StoreProblem {
            Output.error(problem.description)
            throw ExitStatus.storeUnavailable
        }
    }
}

/// Where a store is, and the account that is meant.
struct LocatedStore {
    let account: AccountSettings
    let location: any StoreLocation

    var nameInStore: String { account.name ?? Plan.nameOfAccount }

    func ask<Asked: Question>(_ question: Asked) throws -> Asked.Answer {
        try visit(isReadOnly: true) { scope in try scope.ask(question) }
    }

    /// Opens it anew each time: a file that was put in its place meanwhile is the store from then on.
    func visit<Answer>(isReadOnly: Bool, _ work: (OperationScope) throws -> Answer) throws -> Answer {
        do {
            let store = try location.visit(account: nameInStore, isReadOnly: isReadOnly)
            return try work(OperationScope(store: store, account: account, at: SteadyClock.wall))
        } catch let problem as StoreProblem {
            throw Self.fail(.store(problem))
        } catch let problem as OperationProblem {
            throw Self.fail(problem)
        }
    }

    /// Says what is wrong.
    ///
    /// - Returns: the exit status.
    static func fail(_ problem: OperationProblem) -> ExitCode {
        for line in problem.lines { Output.error(line.escapingHidden()) }
        if case .store = problem { return ExitStatus.storeUnavailable }
        return .failure
    }
}
