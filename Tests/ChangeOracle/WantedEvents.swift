// Which events an endpoint is to get, told without the code that filters them.

import ChangeFeed
import Foundation
import ReceivedEvents

/// The filter of an endpoint, as its configuration writes it; what is left empty asks for nothing.
package struct WantedEvents: Sendable, Equatable {
    /// A field, and the values of which it has to have one.
    package struct Field: Sendable, Equatable {
        /// `/OWNER_USER_ID`, `/CUSTOMFIELDS/Hobby__c`.
        package let pointer: String
        /// As JSON; `null` is also meant where the field is absent.
        package let values: [String]

        package init(_ pointer: String, _ values: [String]) {
            self.pointer = pointer
            self.values = values
        }
    }

    /// `contact.*`, `*.deleted`
    package var types: [String]
    package var resources: [String]
    package var fields: [Field]

    package init(types: [String] = [], resources: [String] = [], fields: [Field] = []) {
        self.types = types
        self.resources = resources
        self.fields = fields
    }

    package static let all = WantedEvents()

    /// A change that takes a record out of what is asked for is wanted too: it is the last that is heard of it.
    package func admit(_ event: ReceivedEvent) -> Bool {
        guard types.isEmpty || types.contains(where: { Self.matches($0, event.type) }),
            resources.isEmpty || resources.contains(event.resource)
        else { return false }
        guard !fields.isEmpty else { return true }
        guard let record = event.record.map({ Array($0.bytes) }) else { return false }
        let patch = Patch(changes: event.changes ?? [])
        return hold(Patch(changes: []).undone(from: record))
            || event.changes != nil && hold(patch.undone(from: record))
    }

    private static func matches(_ pattern: String, _ type: String) -> Bool {
        let (wanted, given) = (words(pattern), words(type))
        return zip(wanted, given).allSatisfy { $0 == "*" || $0 == $1 }
    }

    /// The object's name may hold dots; the last word is the kind.
    private static func words(_ type: String) -> [String] {
        guard let dot = type.lastIndex(of: ".") else { return [type, type] }
        return [String(type[..<dot]), String(type[type.index(after: dot)...])]
    }

    private func hold(_ record: [[String]: NSObject]?) -> Bool {
        guard let record else { return false }
        return fields.allSatisfy { field in
            let value = record[Patch.names(in: field.pointer)]
            return field.values.contains { Patch.value($0) == value }
        }
    }
}
