// The examples in `config/`: they are read as users' files are, and hold what the code knows.

import Testing

@testable import DaemonConfiguration

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

enum Repository {
    /// The bytes of a file of the repository.
    static func file(_ path: String, source: String = #filePath) throws -> [UInt8] {
        let root = source.split(separator: "/").dropLast(4).joined(separator: "/")
        return [UInt8](try Data(contentsOf: URL(filePath: "/\(root)/\(path)")))
    }

    static func object(_ path: String) throws -> JSONObject {
        try #require(try JSONDocument(parsing: file(path)).root.object)
    }
}

@Suite("The example")
struct ExampleTests {
    private static let full = "config/insightly-webhooks.json"
    private let credentials = SecretSources.holding(
        credentials: ["insightly-api-key": "0a1b2c3d-key", "signature-key": Sample.key])

    @Test("with every key passes the check as it is, without any secret on the machine")
    func fullExample() throws {
        let reading = DaemonSettings.read(try Repository.file(Self.full), secrets: .empty)
        #expect(reading.problems.isEmpty && reading.literalSecretKeys.isEmpty)
        #expect(Set(reading.warnings.map(\.key)) == ["insightly.api_key", "event.notification.signature.key"])
    }

    @Test("with every key means what a configuration without any key means")
    func fullIsDefault() throws {
        let full = try DaemonSettings.read(try Repository.file(Self.full), secrets: credentials).outcome.get()
        let empty = try DaemonSettings.read(Array("{}".utf8), secrets: credentials).outcome.get()
        #expect(full.polling == empty.polling && full.store == empty.store && full.log == empty.log)
        #expect(full.adminListen == empty.adminListen && full.notification == empty.notification)
        #expect(full.adminToken == nil && full.hint == nil)
    }

    @Test("with every key holds every key there is, with its default")
    func everyKey() throws {
        // What has no default shows how it is written.
        let shown: [ConfigurationKey: String] = [
            .pod: #""na1""#, .apiKey: #"{"credential": "insightly-api-key"}"#,
            .signatureKey: #"{"credential": "signature-key"}"#,
        ]
        let example = try Repository.object(Self.full)
        let expected = ConfigurationKey.allCases.filter { $0.standing == .documented || $0.standing == .ours }
        #expect(Set(example.members.map(\.name)) == Set(expected.map(\.rawValue)))
        for key in expected where key != .pollerConfiguration {
            let value = try JSONDocument(parsing: Array((shown[key] ?? key.defaultJSON).utf8)).root
            #expect(example[key.rawValue] == value, "\(key.rawValue)")
        }
        let contacts = try #require(example[ConfigurationKey.pollerConfiguration.rawValue]?.object?["contacts"]?.object)
        let blockKeys = ResourceBlockKey.allCases.filter { !$0.isIgnored && $0 != .filterByUpdateDate }
        #expect(Set(contacts.members.map(\.name)) == Set(blockKeys.map(\.rawValue)))
        let dates = try #require(contacts[ResourceBlockKey.datesConfiguration.rawValue]?.object)
        #expect(Set(dates.members.map(\.name)) == Set(DatesKey.allCases.map(\.rawValue)))
    }

    @Test("with the fewest keys works once its secrets are there")
    func minimal() throws {
        let bytes = try Repository.file("config/minimal.json")
        let reading = DaemonSettings.read(bytes, secrets: credentials)
        let settings = try reading.outcome.get()
        #expect(settings.polling.enabled && settings.api != nil && settings.notification != nil)
        #expect(reading.warnings.isEmpty)
        let keys = DaemonSettings.read(bytes, secrets: .empty).problems.map(\.key)
        #expect(keys.sorted() == ["event.notification.signature.key", "insightly.api_key"])
    }
}
