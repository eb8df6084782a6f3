// A diff says everything: whoever applies it to the old record has the new one.

import SimulatedWorld
import Testing

@testable import ChangeFeed

@Suite("Record diffs, on random records")
struct RecordDiffPropertyTests {
    @Test(
        "Applying a diff to the old record gives the new one, and each change is one",
        arguments: 0..<20 as Range<UInt64>)
    func applying(seed: UInt64) throws {
        var random = RandomRecord(seed: seed)
        for round in 0..<100 {
            let (oldText, newText) = (random.record(), random.record())
            let (old, new) = (try SampleRecords.record(oldText), try SampleRecords.record(newText))
            let changes = RecordDiff.changes(from: old, to: new, updatedDate: FieldPath("DATE_UPDATED_UTC"))
            let comment: Comment = "seed \(seed) round \(round)\n\(oldText)\n\(newText)\n\(changes.map(\.path))"

            var receiver = ReceivedRecord(old)
            for change in changes {
                let fits = receiver.apply(change)
                #expect(fits, comment)
            }
            #expect(receiver.isEquivalent(to: ReceivedRecord(new)), comment)
            #expect(Set(changes.map(\.path)).count == changes.count, comment)
            #expect(RecordDiff.changes(from: new, to: new).isEmpty, comment)
        }
    }
}

/// A record as a receiver would keep it that knows only what the documentation says of `changes`.
private struct ReceivedRecord {
    private var fields: [String: Field] = [:]

    private enum Field {
        case value(RawJSON)
        case members([String: RawJSON])
    }

    private static let keys = ["TAGS": "TAG_NAME", "LINKS": "LINK_ID", "CUSTOMFIELDS": "FIELD_NAME"]

    init(_ record: RawRecord) {
        for member in JSONMembers(of: record.json).inOrder {
            let name = String(decoding: member.name.bytes, as: UTF8.self)
            if name != "DATE_UPDATED_UTC", !member.value.isNull { fields[name] = Self.field(name, member.value) }
        }
    }

    private static func field(_ name: String, _ value: RawJSON) -> Field {
        guard let key = keys[name] else { return .value(value) }
        if value.isNull { return .members([:]) }
        var members: [String: RawJSON] = [:]
        for element in value.elements ?? [] {
            guard let id = element.member(key)?.decodedString ?? element.member(key)?.text, members[id] == nil else {
                return .value(value)
            }
            let value = name == "CUSTOMFIELDS" ? element.member("FIELD_VALUE") : element
            if let value, !value.isNull { members[id] = value }
        }
        return .members(members)
    }

    /// False where the change does not fit what is here, or changes nothing.
    mutating func apply(_ change: FieldChange) -> Bool {
        let names = change.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            $0.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
                .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
        }
        // What is null is absent.
        let (from, to) = (change.from.flatMap { $0.isNull ? nil : $0 }, change.to.flatMap { $0.isNull ? nil : $0 })
        if (from ?? .null).isEquivalent(to: to ?? .null) { return false }
        if names.count == 1 {
            guard self.from(of: fields[names[0]], agreesWith: from) else { return false }
            fields[names[0]] = to.map { Self.field(names[0], $0) }
            return true
        }
        var members: [String: RawJSON] = [:]
        switch fields[names[0]] {
        case .members(let known): members = known
        case .value: return false
        case nil: break
        }
        guard members[names[1]] == from else { return false }
        members[names[1]] = to
        fields[names[0]] = .members(members)
        return true
    }

    private func from(of field: Field?, agreesWith from: RawJSON?) -> Bool {
        if case .value(let value) = field { value == from } else { field != nil || from == nil }
    }

    func isEquivalent(to other: ReceivedRecord) -> Bool {
        Set(fields.keys).union(other.fields.keys).allSatisfy { name in
            switch (fields[name] ?? empty(name), other.fields[name] ?? empty(name)) {
            case (.value(let left), .value(let right)): left.isEquivalent(to: right)
            case (.members(let left), .members(let right)):
                left.keys == right.keys && left.allSatisfy { $0.value.isEquivalent(to: right[$0.key]!) }
            default: false
            }
        }
    }

    /// Absent and no members are one for a collection; for another field a value that nothing else equals.
    private func empty(_ name: String) -> Field? {
        Self.keys[name] == nil ? nil : .members([:])
    }
}

/// Small records of few names and values, so that two of them often share some.
private struct RandomRecord {
    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func record() -> String {
        var fields: [String] = []
        for name in ["A", "a/b~1", "C", "DATE_UPDATED_UTC"] where chance(0.8) {
            fields.append("\"\(name)\":\(value())")
        }
        if chance(0.8) { fields.append("\"TAGS\":" + collection("TAG_NAME", ["\"x\"", "\"y/~\"", "\"é\"", "\"e\""])) }
        if chance(0.8) { fields.append("\"LINKS\":" + collection("LINK_ID", ["1", "2", "12345678901234567890"])) }
        if chance(0.8) { fields.append("\"CUSTOMFIELDS\":" + collection("FIELD_NAME", ["\"P\"", "\"Q\"", "\"R\""])) }
        if chance(0.2) { fields.append("\"A\":\(value())") }
        return "{" + fields.shuffled(using: &random).joined(separator: ", ") + "}"
    }

    private mutating func collection(_ key: String, _ names: [String]) -> String {
        if chance(0.2) { return "null" }
        if chance(0.05) { return value() }
        var members: [String] = []
        for name in names where chance(0.6) {
            var parts = ["\"\(key)\":\(name)", "\"FIELD_VALUE\":\(value())"]
            if chance(0.03) { parts.removeFirst() }
            members.append("{" + parts.shuffled(using: &random).joined(separator: ",") + "}")
            if chance(0.03) { members.append(members[0]) }
        }
        return "[" + members.shuffled(using: &random).joined(separator: ",") + "]"
    }

    private mutating func value() -> String {
        ["null", "1", "1.0", "\"1\"", "\"\"", "[]", "[1,{}]", "{\"x\":1,\"y\":2}", "{ \"y\":2, \"x\":1 }", "true"]
            .randomElement(using: &random)!
    }

    private mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &random) < probability
    }
}
