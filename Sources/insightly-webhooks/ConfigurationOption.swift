// --config, and what every command does with it.

import ArgumentParser
import ChangeStore
import Daemon
import DaemonConfiguration
import Foundation

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
    /// Opens the store beside the daemon, for a command that has no use for secrets; ends the program with 69 where that
    /// cannot be.
    func visit(
        isReadOnly: Bool, _ work: (StoreVisitor, DaemonSettings, _ path: String) throws -> Void
    ) throws {
        let (settings, path) = try loadWithoutSecrets()
        do {
            try work(try StoreVisitor(path: path, isReadOnly: isReadOnly), settings, path)
        } catch let problem as StoreProblem {
            Output.error(problem.description)
            throw ExitStatus.storeUnavailable
        }
    }

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

    /// Nothing is sent to an endpoint that is not in the file: says what can be done with what waits for it.
    func refuse(unconfigured endpoint: String, in store: StoreVisitor) throws -> Never {
        if try store.knows(endpoint: endpoint) {
            Output.error(
                """
                the endpoint \(endpoint) is not configured any more: nothing is sent to it before it is again, under this \
                name. `deliveries give-up --all --endpoint \(endpoint)` gives up what waits for it
                """)
        } else {
            Output.error("there is no endpoint \(endpoint); `status` shows which there are")
        }
        throw ExitCode.failure
    }

    private func loadWithoutSecrets() throws -> (settings: DaemonSettings, storePath: String) {
        let environment = ProcessInfo.processInfo.environment
        do {
            let file = try ConfigurationFile(path: path, environment: environment, needsSecrets: false)
            let settings = try file.reading.outcome.get()
            return (settings, ConfigurationFile.storePath(settings, environment: environment))
        } catch let unreadable as ConfigurationFile.Unreadable {
            Output.error(unreadable.description)
        } catch let invalid as InvalidConfiguration {
            for problem in invalid.problems { Output.error(problem.description) }
        }
        throw ExitStatus.badConfiguration
    }
}
