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

    /// Asks for what is not given, in the order of the documents, and again where the answer is none.
    mutating func complete(_ given: Given) throws {
        if asksNobody, !given.missing.isEmpty {
            throw InitCommand.wrongUsage("there is nobody to ask; give \(given.missing.joined(separator: "; "))")
        }
        if let baseURL = given.baseURL {
            api = .baseURL(baseURL)
        } else {
            try take(given.pod, "Pod, as in the API URL that User Settings shows, such as na1", "insightly.pod") {
                $0.api = .pod($1)
            }
        }
        try take(given.key, "API key, of User Settings; it is not shown", "insightly.api_key", isSecret: true) {
            $0.apiKey = $1
        }
        try take(given.callback, "URL that webhooks are sent to", "event.notification.callback.url") {
            $0.callback = $1
        }
    }

    /// What options and the environment say; an empty text says nothing.
    struct Given {
        let pod: String?
        let baseURL: String?
        let key: String?
        let callback: String?
        /// Options, for what is not given.
        let missing: [String]

        /// Ends the program with 64 where the key's file cannot be read.
        init(pod: String?, baseURL: String?, keyFile: String?, keyVariable: String, callback: String?) throws {
            var key = ProcessInfo.processInfo.environment[keyVariable]
            if let keyFile {
                guard let text = try? String(contentsOfFile: keyFile, encoding: .utf8) else {
                    throw InitCommand.wrongUsage(
                        "\(keyFile) cannot be read; check that it exists and that this user may read it")
                }
                key = text
            }
            func said(_ text: String?) -> String? {
                let text = text?.trimmingCharacters(in: .whitespacesAndNewlines)
                return text?.isEmpty == false ? text : nil
            }
            (self.pod, self.baseURL, self.key, self.callback) = (said(pod), said(baseURL), said(key), said(callback))
            missing = [
                self.pod == nil && self.baseURL == nil ? "--pod" : nil,
                self.key == nil ? "--api-key-file, or \(keyVariable) in the environment" : nil,
                self.callback == nil ? "--callback" : nil,
            ].compactMap(\.self)
        }
    }

    private mutating func take(
        _ given: String?, _ question: String, _ key: String, isSecret: Bool = false,
        _ set: (inout InitAnswers, String) -> Void
    ) throws {
        if let given { return set(&self, given) }
        while true {
            guard let answer = isSecret ? Dialogue.askSecretly(question) : Dialogue.ask(question) else {
                throw ExitCode.failure
            }
            guard !answer.isEmpty else {
                Output.error("\(key): is missing; write it, or end with Ctrl-C")
                continue
            }
            set(&self, answer)
            let problems = problems.filter { $0.key == key }
            if problems.isEmpty { return }
            for problem in problems { tell(problem) }
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

    /// A key of a file that is yet to be written is an option here.
    private func tell(_ problem: ConfigurationProblem) {
        let isOfNetworks = problem.right.contains("event.notification.allowed_networks")
        Output.error(problem.description + (isOfNetworks ? " (here: --allowed-network)" : ""))
    }

    /// Ends the program with 78 where the daemon would not take it.
    func settings() throws -> DaemonSettings {
        for problem in problems { tell(problem) }
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
