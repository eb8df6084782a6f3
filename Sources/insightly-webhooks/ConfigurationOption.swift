// --config, and what every command does with it.

import ArgumentParser
import ChangeFeed
import Daemon
import DaemonConfiguration
import EventStore
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
    /// The settings, for a command that has no use for secrets; ends the program with 78 where they cannot be used, and with 69
    /// where nothing on this machine speaks to the store.
    func loadWithoutSecrets() throws -> (settings: DaemonSettings, store: any StoreLocation) {
        let environment = ProcessInfo.processInfo.environment
        do {
            let file = try ConfigurationFile(path: path, environment: environment, needsSecrets: false)
            let settings = try file.reading.outcome.get()
            return (settings, try file.store(of: settings, environment: environment))
        } catch let unreadable as ConfigurationFile.Unreadable {
            Output.error(unreadable.description)
        } catch let invalid as InvalidConfiguration {
            for problem in invalid.problems { Output.error(problem.description) }
        } catch let problem as StoreProblem {
            Output.error(problem.description)
            throw ExitStatus.storeUnavailable
        }
        throw ExitStatus.badConfiguration
    }
}

extension OperationScope {
    /// Who carries out what is asked for, as the beginning of a sentence goes on.
    var daemonInWords: String {
        switch hasDaemon {
        case true?: "the daemon"
        case false? where store.isShared: "a daemon, once one leads the account (none does now),"
        case false?: "the daemon, once it runs (it does not now),"
        case nil: "the daemon, when it runs,"
        }
    }
}
