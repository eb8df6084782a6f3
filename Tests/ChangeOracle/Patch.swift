// Whether an event's changes lead from one state of a record to another, told without the code that made them.

import ChangeFeed
import Foundation
import ReceivedEvents
import SimulatedWorld

/// Applies changes to a record as a receiver in another language would: with somebody else's JSON reader.
struct Patch {
    private static let keys = [
        "CUSTOMFIELDS": "FIELD_NAME", "TAGS": "TAG_NAME", "LINKS": "LINK_ID", "DATES": "DATE_ID",
        "EMAILDOMAINS": "EMAIL_DOMAIN_ID",
    ]

    let changes: [ReceivedEvent.Change]
    /// What need not be told of: `OWNER_USER_ID`, `/CUSTOMFIELDS/Hobby__c`.
    var ignored: [String] = []

    private func isIgnored(_ path: [String]) -> Bool {
        ignored.contains { path.starts(with: Self.names(in: $0)) }
    }

    /// Whether the changes, and no fewer, make the one record into the other; the updated date does not count, nor what only
    /// a GET by id shows.
    ///
    /// - Parameter areOfTwoKinds: whether one of both was read in a page, and the other by its id.
    func leads(from old: [UInt8], to new: [UInt8], areOfTwoKinds: Bool = false) -> Bool {
        guard var record = Self.flat(old), let wanted = Self.flat(new) else { return false }
        for change in changes {
            let path = Self.names(in: change.path)
            let (from, to) = (change.from.flatMap(Self.value), change.to.flatMap(Self.value))
            guard record[path] == from, from != to else { return false }
            record[path] = to
        }
        let isConversion = record[["CONVERTED"]] != Self.flat(old)?[["CONVERTED"]]
        guard isConversion || areOfTwoKinds || Self.isReadByID(old) != Self.isReadByID(new) else {
            return ignored.isEmpty
                ? record == wanted
                : Set(record.keys).union(wanted.keys).allSatisfy { record[$0] == wanted[$0] || isIgnored($0) }
        }
        // A converted lead may be found by its id alone. A page may have as null or empty what pages do not tell at all,
        // as far as anybody knows: it need not be told of.
        return Set(record.keys).union(wanted.keys).allSatisfy { path in
            record[path] == wanted[path] || isIgnored(path) || Self.holdsNothing(at: path, record)
                || Self.holdsNothing(at: path, wanted)
        }
    }

    /// The fields in which two states differ, for people.
    static func differing(_ old: [UInt8], _ new: [UInt8]) -> String {
        let (before, now) = (flat(old) ?? [:], flat(new) ?? [:])
        return Set(before.keys).union(now.keys).filter { before[$0] != now[$0] }
            .map { $0.joined(separator: "/") }.sorted().joined(separator: " ")
    }

    /// The record as it was before these changes led to it, field by field; nil for what is no record.
    func undone(from json: [UInt8]) -> [[String]: NSObject]? {
        guard var record = Self.flat(json) else { return nil }
        for change in changes {
            let path = Self.names(in: change.path)
            // Where a whole collection was something else, all of its members were.
            if path.count == 1 { record = record.filter { $0.key.first != path[0] } }
            record[path] = change.from.flatMap(Self.value)
        }
        return record
    }

    /// Whether a record is in the form that only a GET by its id shows.
    private static func isReadByID(_ json: [UInt8]) -> Bool {
        guard let body = try? RawJSON.read(json).member(RecordDocument.namesOnlyByID[0]) else { return false }
        return !body.isNull && body.bytes.count > 2
    }

    /// Whether a field is absent or an empty text; of a member of a collection, whether the collection has none.
    private static func holdsNothing(at path: [String], _ fields: [[String]: NSObject]) -> Bool {
        if path.count > 1 { return !fields.keys.contains { $0.count > 1 && $0[0] == path[0] } }
        return fields[path].map { $0 as? String == "" } ?? true
    }

    /// Every field by its name, and every member of a collection by the names of both.
    private static func flat(_ json: [UInt8]) -> [[String]: NSObject]? {
        guard let object = try? JSONSerialization.jsonObject(with: Data(json)) as? [String: Any] else { return nil }
        var fields: [[String]: NSObject] = [:]
        let notCompared = ["DATE_UPDATED_UTC"] + RecordDocument.namesOnlyByID
        for (name, value) in object where !notCompared.contains(name) {
            guard let key = keys[name], let members = value as? [[String: Any]] else {
                fields[[name]] = Self.present(value)
                continue
            }
            for member in members {
                let value = name == "CUSTOMFIELDS" ? member["FIELD_VALUE"] : member
                fields[[name, "\(member[key] ?? "")"]] = Self.present(value)
            }
        }
        return fields
    }

    private static func value(_ json: RawJSON) -> NSObject? {
        present(try? JSONSerialization.jsonObject(with: Data(json.bytes), options: .fragmentsAllowed))
    }

    /// Nil for a null, which is as good as absent.
    static func value(_ json: String) -> NSObject? {
        present(try? JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed))
    }

    /// What is null is as good as absent.
    private static func present(_ value: Any?) -> NSObject? { value is NSNull ? nil : value as? NSObject }

    static func names(in pointer: String) -> [String] {
        pointer.split(separator: "/").map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }
}
