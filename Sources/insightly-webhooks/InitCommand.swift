// `init`: a first configuration, tried before it is written, with the secrets apart from it.

import ArgumentParser
import ChangeFeed
import Daemon
import DaemonConfiguration
import Foundation

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Writes a first configuration, checked online, with the secrets apart from it.",
        discussion: Manual.discussion(
            """
            Asks for the pod, the API key and the callback URL where they are not given as options; the key is not shown \
            while it is typed. It asks Insightly whether the key works, and which resources it may read; what it may not read \
            is left out. Then it writes config.json, the API key and a new signature key, the keys for their owner only, and \
            says what to do next. Nothing is written where something is wrong.

            Files that are there are left alone, but for a configuration that polls nothing yet; with --force they are \
            replaced, and kept as .old, or as .old.1, .old.2 and so on: nothing that was kept is ever replaced.

            With --systemd the configuration goes to /etc/insightly-webhooks, and the keys to /etc/credstore, from where \
            systemd hands them to the service and to nobody else.

            Exit status: 0, 1 where a file cannot be written or is there already, or 78 where an answer is wrong or \
            Insightly does not accept the key.
            """,
            examples: [
                "insightly-webhooks init", "sudo insightly-webhooks init --systemd",
                "# Asking nothing; the API key lies in the file `key`",
                "insightly-webhooks init --yes --pod na1 --api-key-file key --callback https://example.com/in",
            ]))

    @Option(help: "As in the API URL that User Settings shows, such as na1.")
    var pod: String?

    @Option(help: ArgumentHelp("Instead of the pod: a proxy, or the simulator.", valueName: "url"))
    var baseURL: String?

    @Option(
        help: ArgumentHelp("Where the API key is read from; it is not changed.", valueName: "file"),
        completion: .file())
    var apiKeyFile: String?

    @Option(help: ArgumentHelp("The variable of the environment that holds the API key.", valueName: "name"))
    var apiKeyEnv = "INSIGHTLY_API_KEY"

    @Option(help: ArgumentHelp("Where webhooks are sent: an https URL.", valueName: "url"))
    var callback: String?

    @Option(
        help: ArgumentHelp(
            "A private network that the callback may lie in, such as 10.0.0.0/8; can be given several times.",
            valueName: "cidr"))
    var allowedNetwork: [String] = []

    @Option(help: ArgumentHelp("Where the files are written; left out: here.", valueName: "directory"))
    var output: String?

    @Flag(help: "For the service of systemd: the keys as credentials.")
    var systemd = false

    @Option(
        help: ArgumentHelp("With --systemd: where credentials lie.", valueName: "directory"))
    var credentials = "/etc/credstore"

    @Flag(help: "Ask nothing.")
    var yes = false

    @Flag(help: "Do not ask Insightly.")
    var offline = false

    @Flag(help: "Replace files that are there, and keep them as .old, .old.1 and so on.")
    var force = false

    func validate() throws {
        if pod != nil, baseURL != nil { throw ValidationError("--pod and --base-url are one or the other") }
    }

    /// Says what is wrong with how it was called: as the parser would, which knows options but not who can be asked.
    static func wrongUsage(_ problem: String) -> ExitCode {
        Output.error("Error: \(problem).\n  See 'insightly-webhooks init --help' for more information.")
        return .validationFailure
    }

    func run() async throws {
        let place = InitPlace(output: output, credentials: systemd ? credentials : nil)
        if let taken = place.taken, !force {
            let option = systemd && taken != place.configurationPath ? "--credentials" : "--output"
            Output.error(
                "there is a file \(taken) already; say --force to replace it and keep it as .old, or name another "
                    + "directory with \(option)")
            throw ExitCode.failure
        }
        var answers = InitAnswers(asksNobody: yes || !Dialogue.isPossible, place: place, networks: allowedNetwork)
        let given = try InitAnswers.Given(
            pod: pod, baseURL: baseURL, keyFile: apiKeyFile, keyVariable: apiKeyEnv, callback: callback)
        try answers.complete(given)
        let settings = try answers.settings()
        if !offline { try await check(settings, &answers) }
        if !answers.asksNobody {
            Output.line("to be written: \(place.paths.joined(separator: ", "))")
            guard Dialogue.confirm("Write them?", usual: true) else { throw ExitCode.failure }
        }
        do throws(NotWritten) {
            try answers.files.write()
        } catch {
            let next = error.isForbidden && geteuid() != 0 ? "; root may write there" : ""
            Output.error("\(error.path) was not written: \(error.reason)\(next)")
            throw ExitCode.failure
        }
        for line in place.nextSteps { Output.line(line) }
    }

    /// Leaves out what the key may not read; ends the program with 78 where nothing can be polled.
    private func check(_ settings: DaemonSettings, _ answers: inout InitAnswers) async throws {
        guard let account = settings.accounts.first, let api = account.api else { return }
        let check = OnlineCheck(api: api, polling: account.polling, version: InsightlyWebhooks.version)
        let report = await check.run()
        for line in report.lines { Output.line(line) }
        let readable = report.resources.filter { $0.problem == nil }.map(\.resource)
        guard report.problem == nil, !readable.isEmpty else {
            Output.error("nothing was written; with --offline nobody is asked")
            throw ExitStatus.badConfiguration
        }
        guard readable.count < report.resources.count else { return }
        answers.resources = readable
        Output.line("what cannot be read is left out: \(readable.joined(separator: ", ")) will be polled")
    }
}
