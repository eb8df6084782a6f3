// The JSON Schema for editors, held against the keys in the code.

import Testing

@testable import DaemonConfiguration

@Suite("The schema")
struct SchemaTests {
    private let schema: JSONObject

    init() throws {
        schema = try Repository.object("config/insightly-webhooks.schema.json")
    }

    private func definition(_ path: String...) throws -> JSONObject {
        var value = JSONValue.object(schema)
        for name in path {
            let member = value.object?[name]
            value = try #require(member, "the schema has no \(name)")
        }
        return try #require(value.object)
    }

    @Test("is of draft 2020-12 and allows no key of another name")
    func closed() throws {
        #expect(schema["$schema"] == .string("https://json-schema.org/draft/2020-12/schema"))
        #expect(try definition("else")["unevaluatedProperties"] == .bool(false))
        let instance = try definition("$defs", "instance", "properties", "configuration")
        #expect(instance["unevaluatedProperties"] == .bool(false))
        #expect(instance["properties"]?.object?.members.map(\.name) == ["username", "password"])
        #expect(try block()["additionalProperties"] == .bool(false))
        #expect(try dates()["additionalProperties"] == .bool(false))
    }

    @Test("has the keys of the code, all of them and no others")
    func keys() throws {
        let keys = try definition("$defs", "keys", "properties")
        #expect(Set(keys.members.map(\.name)) == Set(ConfigurationKey.allCases.map(\.rawValue)))
    }

    @Test("has the keys of a resource's block, and of its dates")
    func blockKeys() throws {
        let names = try #require(try block()["properties"]?.object).members.map(\.name)
        #expect(Set(names) == Set(ResourceBlockKey.allCases.map(\.rawValue) + DatesKey.allCases.map(\.rawValue)))
        let dates = try #require(try dates()["properties"]?.object).members.map(\.name)
        #expect(
            Set(dates) == Set(DatesKey.allCases.map(\.rawValue) + [ResourceBlockKey.createdCheckTolerance.rawValue]))
    }

    @Test("has the keys of an endpoint")
    func endpointKeys() throws {
        let names = try definition("$defs", "endpoint", "properties").members.map(\.name)
        #expect(Set(names) == Set(EndpointKey.allCases.map(\.rawValue)))
        #expect(try definition("$defs", "endpoint")["additionalProperties"] == .bool(false))
    }

    @Test("states the defaults that the code has, and says what every key is", arguments: ConfigurationKey.allCases)
    func defaults(key: ConfigurationKey) throws {
        let property = try definition("$defs", "keys", "properties", key.rawValue)
        #expect(property["description"]?.isBlank == false)
        #expect((property["deprecated"] == .bool(true)) == (key.standing == .legacy || key.isIgnoredOfPlatform))
        guard key.standing == .documented || key.standing == .ours else { return }
        let value = try JSONDocument(parsing: Array(key.defaultJSON.utf8)).root
        #expect(property["default"] == value)
    }

    @Test("lets intervals be chosen by the daemon")
    func auto() throws {
        let ofAll = try definition("$defs", "keys", "properties", "event.poller.refresh_interval")
        let ofOne = try #require(try block()["properties"]?.object?["refresh_interval"]?.object)
        for property in [ofAll, ofOne] {
            guard case .list(let forms) = property["anyOf"] else { throw NoSuchForm() }
            #expect(forms.contains { $0.object?["const"] == .string("auto") })
        }
    }

    private func block() throws -> JSONObject {
        try objectForm(of: try definition("$defs", "resource"))
    }

    private func dates() throws -> JSONObject {
        try objectForm(of: try #require(try block()["properties"]?.object?["datesConfiguration"]?.object))
    }

    /// The branch of `anyOf` that is an object; the other is a text that holds one.
    private func objectForm(of schema: JSONObject) throws -> JSONObject {
        guard case .list(let forms) = schema["anyOf"] else { throw NoSuchForm() }
        return try #require(forms.compactMap(\.object).first { $0["type"] == .string("object") })
    }

    private struct NoSuchForm: Error {}
}

extension ConfigurationKey {
    /// The pointer to the schema itself is no relic.
    fileprivate var isIgnoredOfPlatform: Bool { standing == .ignored && self != .schema }
}
