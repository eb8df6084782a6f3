// The command `insightly-simulator`: a simulated Insightly on loopback whose records keep changing.

import SimulatedWorld
import ArgumentParser
import ChangeFeed
import ServiceLifecycle
import Simulator
import UnixSignals

@main
struct InsightlySimulator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "insightly-simulator",
        abstract: "A simulated Insightly for trying things and for tests: it answers as the API v3.1 does.",
        discussion: """
            Prints one line with the base URL when it listens, then a line for each edit. SIGTERM and SIGINT end it.

            Controls beside the API, without a key:
              POST /simulator/edits     {"count":5,"kinds":["delete"]}   five edits now; of any kind without "kinds"
              POST /simulator/freeze    {"frozen":true}                  the editor rests, or goes on with false
              POST /simulator/faults    {"rates":{"reset":0.05},"slowness_seconds":2}   these faults and no others
              GET  /simulator/state     counts; with ?resource=contacts the records that lists show
              GET  /simulator/requests  how many requests, how fast, how many at once

            Kinds of edit: \(EditKind.allCases.map(\.rawValue).joined(separator: ", ")).
            """)

    @Option(help: "The port to listen on; 0 takes any free one.")
    var port = 8081

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "Decides everything that chance decides. The same seed gives the same records.")
    var seed: UInt64 = 1

    @Option(help: "The one API key that is accepted.")
    var apiKey = "00000000-0000-4000-8000-000000000000"

    @Option(help: "How many edits a minute; 0 for none.")
    var editsPerMinute = 30.0

    @Flag(help: "Delete and restore nothing.")
    var noDeletes = false

    @Option(help: ArgumentHelp("Append a JSON line for each change to this file.", valueName: "file"))
    var journal: String?

    @Flag(help: "Put the whole record into each line of the journal.")
    var journalRecords = false

    @Flag(help: "Print no edits; for callers that do not read on, which would hold the simulator up.")
    var quiet = false

    @OptionGroup(title: "Records at the beginning")
    var population: PopulationOptions

    @OptionGroup(title: "Limits")
    var limits: LimitOptions

    @OptionGroup(title: "Quirks")
    var quirks: QuirkOptions

    @OptionGroup(title: "Faults")
    var faults: FaultOptions

    func validate() throws {
        guard (0...65_535).contains(port) else {
            throw ValidationError("--port \(port) is no port; give one from 0 to 65535.")
        }
        guard editsPerMinute >= 0, editsPerMinute <= 600_000 else {
            throw ValidationError("--edits-per-minute must be from 0 to 600000.")
        }
    }

    func run() async throws {
        StandardOutput.outlivesItsReader()
        var wanted = quirks.quirks
        wanted.limits = limits.limits
        let instance = SimulatedInstance(
            seed: seed, population: population.population, quirks: wanted, faults: faults.wanted,
            editMix: noDeletes ? .withoutDeletes : .everything, apiKey: apiKey, keepsHistory: false,
            startingAt: TimeSource.system.now())
        let file = try journal.map { try CommitJournal(path: $0, withRecords: journalRecords) }
        let live = LiveInstance(instance) { [quiet] commit in
            if !quiet { StandardOutput.print(commit.lineForPeople) }
            do {
                try file?.append(commit)
            } catch {
                StandardError.print("\(error)")
            }
        }
        // Whoever waits for the base URL must find it in the first line, and see every edit from then on.
        live.isFrozen = true
        let server = SimulatorServer(live, host: host, port: port) { [host] port in
            StandardOutput.print("Simulated Insightly at http://\(host):\(port)/v3.1/")
            live.isFrozen = false
        }
        var services: [any Service] = [server]
        if editsPerMinute > 0 {
            services.append(EditingService(live, editsPerMinute: editsPerMinute, seed: seed))
        }
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: SimulatorServer.silent)
        // An answer made slow on purpose must not hold up the end.
        configuration.maximumGracefulShutdownDuration = .seconds(2)
        try await ServiceGroup(configuration: configuration).run()
    }
}
