// Format `cloud-elements`: what the vendor's integration platform POSTs for polled changes.

/// What that platform calls an account. Its documents give the numbers no other meaning than to tell accounts apart.
package struct ElementsInstance: Sendable, Equatable {
    package var id: Int
    package var name: String

    package init(id: Int = 0, name: String = "insightly") {
        self.id = id
        self.name = name
    }
}

/// One event a POST: the platform puts up to ten into one, of one resource. A receiver that reads the list of events reads
/// a list of one.
enum ElementsMessage {
    static func body(of message: EventMessage, instance: ElementsInstance) -> [UInt8] {
        let resource = message.resource.text
        let event = event(of: message)
        var body = JSONText()
        body.raw("{\"message\":{\"eventId\":")
        body.string(message.id)
        body.raw(
            ",\"elementKey\":\"insightly\",\"accountId\":0,\"companyId\":0,\"userId\":0,\"instanceId\":\(instance.id)")
        body.raw(",\"instanceName\":")
        body.string(instance.name)
        body.raw(",\"events\":[")
        body.raw(event)
        body.raw("],\"raw\":{\"objectType\":")
        body.string(resource)
        body.raw(",")
        body.string(resource)
        body.raw(":[")
        body.value(message.change.record.json)
        body.raw("]")
        // Of two members of one name readers take the last: for the resource `events` the record goes before the list.
        if resource != "events" {
            body.raw(",\"events\":[")
            body.raw(event)
            body.raw("]")
        }
        body.raw(",\"instance_id\":\(instance.id)}}}")
        return body.bytes
    }

    /// The platform's own members, and of ours what it has no place for: `sequence` and `changes`.
    private static func event(of message: EventMessage) -> [UInt8] {
        var event = JSONText()
        event.raw("{\"objectType\":")
        event.string(message.resource.text)
        event.raw(",\"objectId\":")
        event.string(message.change.recordID.text)
        event.raw(",\"eventType\":\"\(message.change.kind.rawValue.uppercased())\",\"date\":")
        event.string(message.timestamp)
        event.raw(",\"pollDate\":")
        event.string(message.detectedAt.iso8601)
        event.raw(",\"elementKey\":\"insightly\",\"hubKey\":\"crm\",\"sequence\":\(message.sequence),\"changes\":")
        event.changes(message.change.changes)
        event.raw("}")
        return event.bytes
    }
}
