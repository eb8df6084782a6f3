// One change as a line: JSON for the journal and the controls, text for people.

import SimulatedWorld
import ChangeFeed

extension Commit {
    /// `{"number":…,"at":…,"visible":…,"resource":…,"id":…,"kind":…,"stamp":…,"summary":…}`, times in UTC with
    /// milliseconds; `record` is the whole record after the change, where wanted.
    package func journalLine(withRecord: Bool) -> [UInt8] {
        var json = JSONWriter(capacity: withRecord ? 256 + document.json.count : 256)
        json.raw(#"{"number":"#)
        json.integer(Int64(number))
        for (name, text) in [
            ("at", at.iso8601Milliseconds), ("visible", visible.iso8601Milliseconds),
            ("resource", object.resource.text), ("id", id.text), ("kind", kind.rawValue),
            ("stamp", stamp.iso8601Milliseconds), ("summary", summary),
        ] {
            json.raw(",")
            json.string(name)
            json.raw(":")
            json.string(text)
        }
        if withRecord {
            json.raw(#","record":"#)
            json.raw(document.json)
        }
        json.raw("}")
        return json.bytes
    }

    /// `19:04:05 contacts 366638973 updated: LAST_NAME "Tamm" → "Bianchi"`.
    package var lineForPeople: String {
        let shown = summary.isEmpty ? "" : ": " + summary
        return "\(at.iso8601.dropFirst(11).prefix(8)) \(object.resource) \(id) \(kind.rawValue)\(shown)"
    }
}
