// --config, and what every command does with it.

import ArgumentParser
import Daemon
import DaemonConfiguration
import Foundation

struct ConfigurationOption: ParsableArguments {
    @Option(name: .customLong("config"), help: "The configuration file.", completion: .file(extensions: ["json"]))
    var path = ConfigurationFile.defaultPath

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

enum Output {
    static func error(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
