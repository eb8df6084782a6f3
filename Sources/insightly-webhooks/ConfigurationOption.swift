// --config, and what every command does with it.

import ArgumentParser
import ChangeFeed
import ChangeStore
import Daemon
import DaemonConfiguration
import Foundation
import Operations

struct ConfigurationOption: ParsableArguments {
    @Option(name: .customLong("config"), help: "The configuration file.", completion: .file(extensions: ["json"]))
    var path = ConfigurationFile.defaultPath

    /// As another command needs it, a space before it; empty where it is left out.
    var option: String { path == ConfigurationFile.defaultPath ? "" : " --config \(path)" }

    /// The file, read; ends the program with 78 where it cannot be.
    func load() throws -> ConfigurationFile {
        do {
            return try ConfigurationFile(path: path, environment: ProcessInfo.processInfo.environment)
        } catch {
            Output.error(error.description)
            throw ExitStatus.badConfiguration
        }
    }
}

extension ConfigurationOption {
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
    /// the file is wrong.
    func located() throws -> LocatedStore {
        let (settings, path) = try loadWithoutSecrets()
        return LocatedStore(settings: settings, path: path)
    }

    /// Says what is wrong.
    ///
    /// - Returns: the exit status.
    func fail(_ problem: OperationProblem) -> ExitCode { LocatedStore.fail(problem) }

    /// Opens the store in the daemon's place, for a command that has to be alone with it; ends the program with 69 where
    /// that cannot be, as while a daemon runs.
    func takeOver(_ work: (ChangeStore) throws -> Void) throws {
        let path = try loadWithoutSecrets().storePath
        do {
            let store = try ChangeStore.existing(at: path)
            defer { store.finish() }
            try work(store)
        } catch let problem as StoreProblem {
            Output.error(problem.description)
            throw ExitStatus.storeUnavailable
        }
    }

    /// The settings, for a command that has no use for secrets; ends the program with 78 where they cannot be used.
    func loadWithoutSecrets() throws -> (settings: DaemonSettings, storePath: String) {
        let environment = ProcessInfo.processInfo.environment
        do {
            let file = try ConfigurationFile(path: path, environment: environment, needsSecrets: false)
            let settings = try file.reading.outcome.get()
            return (settings, file.storePath(settings, environment: environment))
        } catch let unreadable as ConfigurationFile.Unreadable {
            Output.error(unreadable.description)
        } catch let invalid as InvalidConfiguration {
            for problem in invalid.problems { Output.error(problem.description) }
        }
        throw ExitStatus.badConfiguration
    }
}

/// A store by its path, and the settings that go with it.
struct LocatedStore {
    let settings: DaemonSettings
    let path: String

    func ask<Asked: Question>(_ question: Asked) throws -> Asked.Answer {
        try visit(isReadOnly: true) { scope in try scope.ask(question) }
    }

    /// Opens it anew each time: a file that was put in its place meanwhile is the store from then on.
    func visit<Answer>(isReadOnly: Bool, _ work: (OperationScope) throws -> Answer) throws -> Answer {
        do {
            let store = try StoreVisitor(path: path, isReadOnly: isReadOnly)
            return try work(
                OperationScope(store: store, storePath: path, settings: settings, at: SteadyClock.wall))
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

extension OperationScope {
    /// Who carries out what is asked for, as the beginning of a sentence goes on.
    var daemonInWords: String {
        switch hasDaemon {
        case true?: "the daemon"
        case false?: "the daemon, once it runs (it does not now),"
        case nil: "the daemon, when it runs,"
        }
    }
}
