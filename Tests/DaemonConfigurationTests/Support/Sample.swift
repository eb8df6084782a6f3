// What every configuration test starts from: a world of secrets, and a configuration that works.

import ChangeFeed

@testable import DaemonConfiguration

extension SecretSources {
    struct Unreadable: Error, CustomStringConvertible {
        var description: String { "no such file" }
    }

    /// A world that holds exactly this.
    static func holding(
        environment: [String: String] = [:], files: [String: String] = [:], credentials: [String: String]? = nil
    ) -> SecretSources {
        SecretSources(
            environment: { environment[$0] },
            file: { path in
                guard let content = files[path] else { throw Unreadable() }
                return Array(content.utf8)
            },
            credential: { credentials?[$0].map { Array($0.utf8) } },
            credentials: credentials == nil ? .nowhere : .passed)
    }

    static let empty = holding()
}

enum Sample {
    /// 24 zero bytes.
    static let key = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

    /// A working configuration with these members besides; a member of the same key takes the place of the usual one.
    static func text(_ members: String = "") -> String {
        let usual = [
            "\"event.notification.enabled\": true", "\"insightly.pod\": \"na1\"",
            "\"insightly.api_key\": \"0a1b2c3d-key\"",
            "\"event.notification.callback.url\": \"https://example.com/in\"",
            "\"event.notification.signature.key\": \"\(key)\"",
        ]
        let kept = usual.filter { !members.contains($0.prefix { $0 != ":" }) }
        return "{" + (kept + (members.isEmpty ? [] : [members])).joined(separator: ",\n") + "}"
    }

    static func read(
        _ text: String, secrets: SecretSources = .empty, at now: Instant? = nil
    ) -> ConfigurationReading {
        DaemonSettings.read(Array(text.utf8), secrets: secrets, at: now)
    }

    /// The settings of a working configuration with these members besides.
    static func settings(_ members: String = "", secrets: SecretSources = .empty) throws -> DaemonSettings {
        try read(text(members), secrets: secrets).outcome.get()
    }

    /// The plan of one resource's block.
    static func plan(_ name: String, _ block: String) throws -> ResourcePlan? {
        try settings("\"event.poller.configuration\": {\"\(name)\": \(block)}").polling.resources.first
    }
}

extension DaemonSettings {
    /// The first, which in most configurations is the only one.
    var endpoint: EndpointSettings? { notification?.endpoints.first }
}

extension ConfigurationReading {
    var problems: [ConfigurationProblem] {
        if case .failure(let invalid) = outcome { invalid.problems } else { [] }
    }
}

/// What is read of a file that is about one account.
extension DaemonSettings {
    var api: APISettings? { accounts[0].api }
    var polling: PollingSettings { accounts[0].polling }
    var notification: NotificationSettings? { accounts[0].notification }
}
