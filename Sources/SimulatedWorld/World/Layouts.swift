// What administrators do to all records of an object at once: fields come onto its layout and go.

import ChangeFeed

extension SimulatedInstance {
    /// A custom field is put on the layout of an object: each of its records has it from now on, and no stamp moves.
    @discardableResult
    package mutating func putOnLayout(
        _ name: String, _ value: FieldValue, of object: SimulatedObject, at: Instant
    ) -> [Commit] {
        relayout(object, at: at, summary: "+ field \(name) \(value.preview)") { record in
            guard !record.customFields.contains(where: { $0.name == name }) else { return }
            record.customFields.append(.init(name: name, value: value))
        }
    }

    /// A custom field is taken off the layout of an object, with all of its values.
    @discardableResult
    package mutating func takeOffLayout(_ name: String, of object: SimulatedObject, at: Instant) -> [Commit] {
        relayout(object, at: at, summary: "− field \(name)") { $0.customFields.removeAll { $0.name == name } }
    }

    private mutating func relayout(
        _ object: SimulatedObject, at: Instant, summary: String, _ change: (inout RecordContent) -> Void
    ) -> [Commit] {
        ids(of: object).compactMap { id in
            guard let before = tables[object].contents[id] else { return nil }
            var record = before
            change(&record)
            guard record != before else { return nil }
            return commit(record, kind: .updated, at: at, isStamped: false, late: false, summary: summary)
        }
    }
}
