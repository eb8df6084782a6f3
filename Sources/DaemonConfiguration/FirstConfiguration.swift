// A configuration to begin with, of a few answers; the secrets lie apart from it.

import ChangeFeed

package struct FirstConfiguration: Sendable, Equatable {
    package enum API: Sendable, Equatable {
        case pod(String)
        case baseURL(String)
    }

    package enum SecretPlace: Sendable, Equatable {
        /// Files, by whole paths.
        case files(apiKey: String, signatureKey: String)
        /// systemd passes them on, and they are found by their names without a word in the file.
        case credentials
    }

    package var api: API
    package var callback: String
    package var allowedNetworks: [String]
    package var secrets: SecretPlace
    /// Empty: those that are polled where nothing is said.
    package var resources: [String]
    /// Nil: where systemd has it.
    package var storePath: String?

    package init(
        api: API, callback: String, allowedNetworks: [String] = [], secrets: SecretPlace, resources: [String] = [],
        storePath: String? = nil
    ) {
        self.api = api
        self.callback = callback
        self.allowedNetworks = allowedNetworks
        self.secrets = secrets
        self.resources = resources
        self.storePath = storePath
    }

    /// The file.
    package var text: String {
        var lines = [member("event.notification.enabled", "true")]
        switch api {
        case .pod(let pod): lines.append(member("insightly.pod", quoted(pod)))
        case .baseURL(let url): lines.append(member("insightly.base_url", quoted(url)))
        }
        lines.append(member("event.notification.callback.url", quoted(callback)))
        if !allowedNetworks.isEmpty {
            let networks = allowedNetworks.map(quoted).joined(separator: ", ")
            lines.append(member("event.notification.allowed_networks", "[\(networks)]"))
        }
        if case .files(let apiKey, let signatureKey) = secrets {
            lines.append(member("insightly.api_key", "{\"file\": \(quoted(apiKey))}"))
            lines.append(member("event.notification.signature.key", "{\"file\": \(quoted(signatureKey))}"))
        }
        if !resources.isEmpty {
            let blocks = resources.map { "\(quoted($0)): {}" }.joined(separator: ", ")
            lines.append(member("event.poller.configuration", "{\(blocks)}"))
        }
        if let storePath { lines.append(member("store.path", quoted(storePath))) }
        return "{\n\(lines.joined(separator: ",\n"))\n}\n"
    }

    /// What the daemon will make of it, these being the secrets.
    package func reading(apiKey: String, signatureKey: String) -> ConfigurationReading {
        let isAPIKey: @Sendable (String) -> Bool = { [secrets] name in
            if case .files(let path, _) = secrets { return name == path }
            return name == "insightly-api-key"
        }
        let secret: @Sendable (String) -> [UInt8] = { Array((isAPIKey($0) ? apiKey : signatureKey).utf8) }
        return DaemonSettings.read(
            Array(text.utf8), secrets: SecretSources(environment: { _ in nil }, file: secret, credential: secret))
    }

    private func member(_ key: String, _ value: String) -> String { "  \(quoted(key)): \(value)" }

    private func quoted(_ text: String) -> String {
        var json = JSONText()
        json.string(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
