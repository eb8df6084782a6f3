// What a record says at one moment: its fields and its collections, without the time it was last changed.

import ChangeFeed

/// A record's content. `values` stands beside the fields of its object's shape; the collections are kept apart.
package struct RecordContent: Sendable, Equatable {
    package let object: SimulatedObject
    package let id: Int64
    /// `DATE_CREATED_UTC` as the service stores it, finer than it shows.
    package let created: Instant
    /// `DATE_UPDATED_UTC` as the service stores it.
    package var stamp: Instant
    /// One for each of the shape's `fields`; null where the field is not kept here, as the id and the dates are not.
    var values: [FieldValue]
    package var customFields: [CustomField] = []
    package var tags: [String] = []
    package var dates: [Occasion] = []
    package var emailDomains: [EmailDomain] = []
    package var links: [Link] = []
    /// The API key's user may not see it: not in lists, 403 by id.
    package var isHidden = false

    package struct CustomField: Sendable, Equatable {
        package var name: String
        package var value: FieldValue
    }

    package struct Occasion: Sendable, Equatable {
        package var id: Int64
        package var name: String
        package var date: String
    }

    package struct EmailDomain: Sendable, Equatable {
        package var id: Int64
        package var domain: String
    }

    package struct Link: Sendable, Equatable {
        package var id: Int64
        package var target: SimulatedObject
        package var targetID: Int64
        package var role: String?
    }
}

extension RecordContent {
    /// The value of a field or custom field by its name, or nil where the record has none of that name. The id counts
    /// as a field; the dates the service keeps do not.
    package func value(of name: String) -> FieldValue? {
        guard let position = object.shape.position(of: name) else {
            return customFields.first { $0.name == name }?.value
        }
        return object.shape.fields[position].content == .id ? .integer(id) : values[position]
    }

    var isConverted: Bool { object == .leads && value(of: "CONVERTED") == true }
}
