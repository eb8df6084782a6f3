// Format `cloudevents`: CloudEvents 1.0 in structured mode.

enum CloudEvent {
    /// `data` is that of format `standard`, byte for byte; `sequence` is the extension of that name, a text that sorts as
    /// the numbers do.
    static func body(of message: EventMessage, accountIdentity: String) -> [UInt8] {
        let number = String(message.sequence)
        var body = JSONText()
        body.reserve(message.data.bytes.count + 512)
        body.raw("{\"specversion\":\"1.0\",\"id\":")
        body.string(message.id)
        body.raw(",\"source\":")
        body.string("urn:insightly-webhooks:\(accountIdentity)" + (message.account.map { ":\($0)" } ?? ""))
        body.raw(",\"type\":")
        body.string(message.type)
        body.raw(",\"subject\":")
        body.string("\(message.resource.text)/\(message.change.recordID.text)")
        body.raw(",\"time\":")
        body.string(message.timestamp)
        body.raw(",\"sequence\":")
        body.string(String(repeating: "0", count: max(0, 20 - number.count)) + number)
        body.raw(",\"datacontenttype\":\"application/json\",\"data\":")
        body.value(message.data)
        body.raw("}")
        return body.bytes
    }
}
