// The document of the webhooks: what is in it for every resource, and for a configuration of one's own.

import APIDescription
import ChangeFeed
import DaemonConfiguration
import Foundation
import Testing

@testable import WebhookSchema

@Suite("The document of the webhooks")
struct WebhookDocumentTests {
    private static func settings(_ members: String) throws -> DaemonSettings {
        let text =
            #"{"event.notification.signature.key": "a key of the test", "#
            + #""event.notification.allowed_networks": ["127.0.0.0/8"], "# + members + "}"
        let nothing = SecretSources(environment: { _ in nil }, file: { _ in [] }, credential: { _ in nil })
        return try DaemonSettings.read(Array(text.utf8), secrets: nothing).outcome.get()
    }

    private static func names(_ document: JSONTree) -> [String] {
        guard case .object(let members) = document["webhooks"] else { return [] }
        return members.map(\.name)
    }

    @Test("has every built-in resource, kind and format")
    func builtIn() {
        let names = Self.names(WebhookDocument(version: "1").openAPI.json)
        let expected = NotificationFormat.allCases.flatMap { format in
            InsightlyObject.all.flatMap { object in
                ChangeKind.allCases.map { "\(format.rawValue)/\(object.typeName).\($0.rawValue)" }
            }
        }
        #expect(names == expected)
    }

    @Test("as it lies in config is what the code makes: `insightly-webhooks schema > config/webhooks.openapi.json`")
    func committed() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appendingPathComponent("config/webhooks.openapi.json"), encoding: .utf8)
        let version = try #require(text.firstMatch(of: /"version": "([^"]*)"/)?.output.1)
        // Not by #expect itself, which would print both.
        let isCurrent = WebhookDocument(version: String(version)).openAPI.text == text
        #expect(isCurrent)
    }

    @Test("of a configuration has its endpoints with what they are sent, and nothing that is secret")
    func configured() throws {
        let settings = try Self.settings(
            #"""
            "event.poller.configuration": {
                "accounts": {}, "Fruit__c": {"url": "/Fruit__c/Search?updated_after_utc=${gmtDate:yyyy-MM-dd}",
                    "idField": "RECORD.ID", "datesConfiguration": {"updatedDateField": "CHANGED"}}},
            "event.notification.endpoints": [
                {"name": "crm", "url": "http://127.0.0.1/token-in-the-url", "types": ["*.updated"],
                    "headers": {"X-Token": "token-in-a-header", "Authorization": "Bearer token"}},
                {"name": "old", "url": "http://127.0.0.1/", "format": "cloud-elements", "resources": ["accounts"],
                    "basic.username": "user-of-basic", "basic.password": "password-of-basic"}]
            """#)
        let document = WebhookDocument(settings, version: "1").openAPI
        let json = document.json
        #expect(
            Self.names(json) == [
                "crm/organisation.updated", "crm/Fruit__c.updated", "old/organisation.created",
                "old/organisation.updated", "old/organisation.deleted",
            ])
        for secret in ["token-in-the-url", "token-in-a-header", "user-of-basic", "password-of-basic", "a key of"] {
            #expect(!document.text.contains(secret))
        }
        let sent = json["webhooks"]?["crm/organisation.updated"]?["post"]
        #expect(sent?["security"] == nil)
        guard case .list(let headers) = sent?["parameters"] else {
            Issue.record("there are no headers")
            return
        }
        #expect(headers.last?["name"] == "X-Token")
        #expect(!headers.contains { $0["name"] == "Authorization" })
        #expect(json["webhooks"]?["old/organisation.created"]?["post"]?["security"] == [["basic": []]])
        let schemas = json["components"]?["schemas"]
        #expect(schemas?["data.accounts.updated"]?["properties"]?["resource"] == ["const": "accounts"])
        let fruit = schemas?["record.Fruit__c"]
        #expect(fruit?["required"] == ["RECORD"])
        #expect(fruit?["properties"]?["RECORD"]?["required"] == ["ID"])
        #expect(fruit?["properties"]?["CHANGED"] == .object([]))
    }

    @Test("of a configuration without endpoints has every format of its resources")
    func withoutEndpoints() throws {
        let settings = try Self.settings(#""event.poller.configuration": {"users": {}}"#)
        let names = Self.names(WebhookDocument(settings, version: "1").openAPI.json)
        #expect(
            names.count == 9 && names.first == "standard/user.created" && names.last == "cloud-elements/user.deleted")
    }

    @Test("gives the keys of resources names that the components allow, never one for two")
    func componentNames() throws {
        let keys = ["a.b", "a-b", "a/b", "a b", "a-2db", "ä"]
        let resources = keys.map {
            #""\#($0)": {"url": "/X__c/Search?updated_after_utc=${gmtDate:yyyy-MM-dd}", "idField": "ID", "datesConfiguration": {"updatedDateField": "D"}}"#
        }
        let settings = try Self.settings(
            "\"event.poller.configuration\": {\(resources.joined(separator: ", "))}")
        let names = settings.accounts[0].polling.resources.map { ComponentName.record(EventSubject($0)) }
        #expect(Set(names).count == keys.count)
        for name in names { #expect(name.wholeMatch(of: /[A-Za-z0-9._-]+/) != nil) }
    }

    @Test("refers to nothing that it does not have")
    func references() {
        let json = WebhookDocument(version: "1").openAPI.json
        var missing: Set<String> = []
        func look(_ tree: JSONTree) {
            switch tree {
            case .list(let elements): elements.forEach(look)
            case .object(let members):
                for member in members {
                    look(member.value)
                    guard member.name == "$ref", case .string(let reference) = member.value else { continue }
                    let parts = reference.split(separator: "/").dropFirst().map(String.init)
                    if parts.reduce(json, { $0[$1] ?? .null }) == .null { missing.insert(reference) }
                }
            default: break
            }
        }
        look(json)
        #expect(missing.isEmpty)
    }
}
