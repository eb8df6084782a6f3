// The names a change is filed under: which resource, which record.

/// The key of a resource in `event.poller.configuration`, such as `contacts` or `Fruit__c`.
package struct ResourceName: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package var description: String { text }

    /// The same for all names of one resource.
    package var canonical: String { InsightlyObject.canonicalName(of: text) }
}

/// A record's id as its resource writes it, without quotes: `366638973`. Unique within a resource of an account.
package struct RecordID: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package var description: String { text }
}
