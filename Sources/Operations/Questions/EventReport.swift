// An event as a list shows it: as values that become JSON or a line.

import ChangeFeed
import EventStore

/// Times are ISO 8601 in UTC.
package struct EventReport: Encodable, Sendable {
    package let sequence: Int
    package let id: String
    package let type: String
    package let resource: String
    package let record: String
    package let detectedAt: String

    package init(_ listed: ListedEvent) {
        sequence = listed.sequence
        id = listed.id
        type = listed.type
        resource = listed.resource
        record = listed.record.text
        detectedAt = listed.detectedAt.iso8601
    }
}
