// What `init` is told, by options or by somebody who is asked, and what is made of it.

import ArgumentParser
import ChangeFeed
import DaemonConfiguration
import Foundation

struct InitAnswers {
    let asksNobody: Bool
    let place: InitPlace
    let networks: [String]
    var api = FirstConfiguration.API.pod("na1")
    var callback = "https://example.com/"
    var apiKey = "unknown yet"
    /// Empty: those that are polled where nothing is said.
    var resources: [String] = []
    let signatureKey: String

    init(asksNobody: Bool, place: InitPlace, networks: [String]) {
        (self.asksNobody, self.place, self.networks) = (asksNobody, place, networks)
        var generator = SystemRandomNumberGenerator()
        signatureKey = SigningKey.random(using: &generator).secretText
    }

    /// Asks for what is not given, again where the answer is none.
    mutating func complete(pod: String?, baseURL: String?, callback: String?) throws {
        if let baseURL {
            api = .baseURL(baseURL)
        } else {
            try take(pod, option: "--pod", "Pod, as in the API URL that User Settings shows (na1)", "insightly.pod") {
                $0.api = .pod($1.isEmpty ? "na1" : $1)
            }
        }
        try take(callback, option: "--callback", "URL that webhooks are sent to", "event.notification.callback.url") {
            $0.callback = $1
        }
    }

    mutating func completeKey(file: String?, variable: String) throws {
        var given = ProcessInfo.processInfo.environment[variable]
        if let file {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw ValidationError("\(file) cannot be read; check that it exists and that this user may read it")
            }
            given = text
        }
        given = given?.trimmingCharacters(in: .whitespacesAndNewlines)
        try take(
            given, option: "--api-key-file, or \(variable) in the environment",
            "API key, of User Settings; it is not shown",
            "insightly.api_key", isSecret: true
        ) { $0.apiKey = $1 }
    }

    private mutating func take(
        _ given: String?, option: String, _ question: String, _ key: String, isSecret: Bool = false,
        _ set: (inout InitAnswers, String) -> Void
    ) throws {
        if let given, !given.isEmpty { return set(&self, given) }
        if asksNobody { throw ValidationError("There is nobody to ask; give \(option).") }
        while true {
            guard let answer = isSecret ? Dialogue.askSecretly(question) : Dialogue.ask(question) else {
                throw ExitCode.failure
            }
            set(&self, answer)
            let problems = problems.filter { $0.key == key }
            if problems.isEmpty { return }
            for problem in problems { Output.error(problem.description) }
        }
    }

    private var first: FirstConfiguration {
        FirstConfiguration(
            api: api, callback: callback, allowedNetworks: networks, secrets: place.secrets, resources: resources,
            storePath: place.storePath)
    }

    private var reading: ConfigurationReading { first.reading(apiKey: apiKey, signatureKey: signatureKey) }

    private var problems: [ConfigurationProblem] {
        if case .failure(let invalid) = reading.outcome { invalid.problems } else { [] }
    }

    /// Ends the program with 78 where the daemon would not take it.
    func settings() throws -> DaemonSettings {
        for problem in problems { Output.error(problem.description) }
        guard case .success(let settings) = reading.outcome else { throw ExitStatus.badConfiguration }
        return settings
    }

    /// The secrets first: a configuration that refers to nothing is worse than none.
    var files: [NewFile] {
        [
            NewFile(path: place.apiKeyPath, text: apiKey + "\n", permissions: 0o600),
            NewFile(path: place.signatureKeyPath, text: signatureKey + "\n", permissions: 0o600),
            NewFile(path: place.configurationPath, text: first.text, permissions: 0o644),
        ]
    }
}
