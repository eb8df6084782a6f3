// Where `init` writes what, and how one goes on from there.

import Daemon
import DaemonConfiguration
import Foundation

struct InitPlace {
    let configurationPath: String
    let apiKeyPath: String
    let signatureKeyPath: String
    private let directory: String
    private let isForSystemd: Bool

    /// - Parameters:
    ///   - output: nil: where the service has it, or here.
    ///   - credentials: where systemd looks for them; nil: the secrets lie beside the configuration.
    init(output: String?, credentials: String?) {
        isForSystemd = credentials != nil
        let output = output ?? (isForSystemd ? "/etc/insightly-webhooks" : ".")
        let here = FileManager.default.currentDirectoryPath
        func whole(_ path: String) -> String {
            let path = path.hasPrefix("/") ? path : path == "." ? here : here + "/" + path
            return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        }
        directory = whole(output)
        let secrets = credentials.map(whole) ?? directory
        configurationPath = directory + "/config.json"
        apiKeyPath = secrets + "/insightly-api-key"
        signatureKeyPath = secrets + "/signature-key"
    }

    var paths: [String] { [configurationPath, apiKeyPath, signatureKeyPath] }

    var secrets: FirstConfiguration.SecretPlace {
        isForSystemd ? .credentials : .files(apiKey: apiKeyPath, signatureKey: signatureKeyPath)
    }

    var storePath: String? { isForSystemd ? nil : directory + "/state.sqlite3" }

    /// A file that is not to be replaced without a word: any but a configuration that polls nothing yet.
    var taken: String? {
        paths.first { path in
            guard FileManager.default.fileExists(atPath: path) else { return false }
            guard path == configurationPath,
                let file = try? ConfigurationFile(path: path, environment: [:], needsSecrets: false),
                case .success(let settings) = file.reading.outcome
            else { return true }
            return settings.isEnabled
        }
    }

    var nextSteps: [String] {
        let config = configurationPath == ConfigurationFile.defaultPath ? "" : " --config \(configurationPath)"
        let check = "insightly-webhooks check --online\(config)"
        let start =
            isForSystemd
            ? [
                "check it with the secrets that the service will see:",
                "    CREDENTIALS_DIRECTORY=\((apiKeyPath as NSString).deletingLastPathComponent) \(check)",
                "start it, and look at what it says:", "    systemctl enable insightly-webhooks",
                "    systemctl restart insightly-webhooks", "    journalctl -u insightly-webhooks -f",
            ]
            : [
                "check it:", "    \(check)", "run it:", "    insightly-webhooks run\(config)",
            ]
        return [
            "written: \(configurationPath)", "written: \(apiKeyPath) (the API key; for its owner only)",
            "written: \(signatureKeyPath) (signs webhooks; for its owner only)", "",
            "give the receiver the key that it verifies with:", "    cat \(signatureKeyPath)",
        ] + start + ["see how far it is:", "    insightly-webhooks status\(config)"]
    }
}
