// The name that a change's resource is filed under.

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
