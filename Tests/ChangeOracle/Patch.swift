// Whether an event's changes lead from one state of a record to another, told without the code that made them.

import ChangeFeed
import Foundation
import ReceivedEvents

/// Applies changes to a record as a receiver in another language would: with somebody else's JSON reader.
struct Patch {
    private static let keys = [
        "CUSTOMFIELDS": "FIELD_NAME", "TAGS": "TAG_NAME", "LINKS": "LINK_ID", "DATES": "DATE_ID",
        "EMAILDOMAINS": "EMAIL_DOMAIN_ID",
    ]

    let changes: [ReceivedEvent.Change]

    /// Whether the changes, and no fewer, make the one record into the other; the updated date does not count.
    func leads(from old: [UInt8], to new: [UInt8]) -> Bool {
        guard var record = Self.flat(old), let wanted = Self.flat(new) else { return false }
        for change in changes {
            let path = Self.names(in: change.path)
            let (from, to) = (change.from.flatMap(Self.value), change.to.flatMap(Self.value))
            guard record[path] == from, from != to else { return false }
            record[path] = to
        }
        return record == wanted
    }

    /// Every field by its name, and every member of a collection by the names of both.
    private static func flat(_ json: [UInt8]) -> [[String]: NSObject]? {
        guard let object = try? JSONSerialization.jsonObject(with: Data(json)) as? [String: Any] else { return nil }
        var fields: [[String]: NSObject] = [:]
        for (name, value) in object where name != "DATE_UPDATED_UTC" {
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

    /// What is null is as good as absent.
    private static func present(_ value: Any?) -> NSObject? { value is NSNull ? nil : value as? NSObject }

    private static func names(in pointer: String) -> [String] {
        pointer.split(separator: "/").map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }
}
