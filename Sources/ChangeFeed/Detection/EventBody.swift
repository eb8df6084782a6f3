// The bytes that a receiver gets for a change.

package enum EventBody {
    /// The body of format `standard`: made once, stored, and the same on every attempt.
    ///
    /// The record and the values of `changes` are the bytes Insightly sent, spliced in. `sequence` is the event's
    /// number in the account's log; `typeName` the singular object name that opens its type; `account` what the configuration
    /// calls the account, nil where it names none.
    package static func standard(
        id: String, typeName: String, change: Change, sequence: Int, resource: ResourceName, detectedAt: Instant,
        account: String? = nil
    ) -> [UInt8] {
        let changedAt = change.kind == .deleted ? detectedAt : change.changedAt ?? detectedAt
        var body = JSONText()
        body.reserve(change.record.bytes.count + 512)
        body.raw("{\"id\":")
        body.string(id)
        body.raw(",\"type\":")
        body.string("\(typeName).\(change.kind.rawValue)")
        body.raw(",\"timestamp\":")
        body.string(changedAt.iso8601)
        body.raw(",\"data\":{\"sequence\":\(sequence),\"resource\":")
        body.string(resource.text)
        body.raw(",\"id\":")
        body.string(change.recordID.text)
        body.raw(",\"detected_at\":")
        body.string(detectedAt.iso8601Milliseconds)
        body.raw(",\"record\":")
        body.value(change.record.json)
        body.raw(",\"changes\":")
        body.changes(change.changes)
        if change.restored { body.raw(",\"restored\":true") }
        if let account {
            body.raw(",\"account\":")
            body.string(account)
        }
        body.raw("}}")
        return body.bytes
    }
}
