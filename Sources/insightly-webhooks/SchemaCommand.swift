// `schema`: what receivers are sent, as an OpenAPI document.

import APIDescription
import ArgumentParser
import Daemon
import DaemonConfiguration
import Foundation
import WebhookSchema

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints what receivers get, as an OpenAPI 3.1 document.",
        discussion: Manual.discussion(
            """
            Of the resources, endpoints and formats of the configuration. Without --config it is that of \
            \(ConfigurationFile.defaultPath); where there is no such file, every built-in resource in every format. \
            Secrets are not looked for.

            Exit status: 0, or 78 where the configuration cannot be used.
            """,
            examples: ["insightly-webhooks schema --config config.json > webhooks.openapi.json"]))

    @Option(name: .customLong("config"), help: "The configuration file.", completion: .file(extensions: ["json"]))
    var path: String?

    func run() throws {
        let version = InsightlyWebhooks.version
        let isThere = FileManager.default.fileExists(atPath: ConfigurationFile.defaultPath)
        guard path != nil || isThere else { return Self.show(WebhookDocument(version: version)) }
        var file = ConfigurationOption()
        file.path = path ?? ConfigurationFile.defaultPath
        Self.show(WebhookDocument(try file.loadWithoutSecrets().settings, version: version))
    }

    private static func show(_ document: WebhookDocument) {
        print(document.openAPI.text, terminator: "")
    }
}
