// The command line: one file a subcommand.

import ArgumentParser
import Daemon
import Dispatch
import Foundation

@main
enum Program {
    /// Not asynchronous itself: by the time that an asynchronous one begins, the system has opened files.
    static func main() {
        StandardDescriptors.reopenClosed()
        Task {
            await InsightlyWebhooks.main()
            // What is printed is only now sure to be written; until here nobody was told of a disk that is full.
            guard fflush(nil) == 0 else {
                Output.error("not all was printed: \(String(cString: strerror(errno)))")
                exit(EXIT_FAILURE)
            }
            exit(EXIT_SUCCESS)
        }
        dispatchMain()
    }
}

struct InsightlyWebhooks: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "insightly-webhooks",
        abstract: "Turns changes in Insightly CRM into signed webhooks.",
        version: version,
        subcommands: [
            InitCommand.self, RunCommand.self, CheckCommand.self, StatusCommand.self, EventsCommand.self,
            DeliveriesCommand.self, ReplayCommand.self, PollCommand.self, ResumeCommand.self, ReleaseCommand.self,
            DismissCommand.self, BackupCommand.self, MigrateCommand.self, ListenCommand.self, SecretCommand.self,
            SchemaCommand.self,
        ])
}

/// sysexits(3): what a service manager should not try again.
enum ExitStatus {
    static let badConfiguration = ExitCode(78)
    static let storeUnavailable = ExitCode(69)
}
