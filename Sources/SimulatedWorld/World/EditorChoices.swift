// The editor's choice of one change to one record.

import ChangeFeed

extension SimulatedInstance {
    /// A change of this kind where the record can have it, else of a field.
    mutating func drawChange(_ kind: EditKind, of record: RecordContent, at: Instant) -> RecordChange {
        let collections = record.object.shape.collections
        switch kind {
        case .customField where !record.customFields.isEmpty:
            return drawCustomFieldChange(of: record)
        case .tag where collections.contains(.tags):
            if let tag = record.tags.first, editing.chance(0.4) { return .removeTag(tag) }
            let absent = Words.tags.filter { !record.tags.contains($0) }
            return absent.isEmpty ? .removeTag(record.tags[0]) : .addTag(editing.element(of: absent))
        case .date where collections.contains(.dates):
            if let date = record.dates.first, editing.chance(0.5) { return .removeDate(date.id) }
            guard case .text(let day) = editing.day(in: 2000...2026) else { return .touch }
            return .addDate(name: editing.element(of: Words.occasions), on: day)
        case .emailDomain where collections.contains(.emailDomains):
            if let domain = record.emailDomains.first, editing.chance(0.5) { return .removeEmailDomain(domain.id) }
            return .addEmailDomain(editing.domain())
        case .link where collections.contains(.links):
            return drawLinkChange(of: record)
        case .activity where record.object.shape.position(of: "LAST_ACTIVITY_DATE_UTC") != nil:
            return .set("LAST_ACTIVITY_DATE_UTC", .text(WireTime.text(at + quirks.clockOffset)))
        case .touch:
            return .touch
        default:
            return drawFieldChange(of: record)
        }
    }

    private mutating func drawFieldChange(of record: RecordContent) -> RecordChange {
        let fields = record.object.shape.fields
        let editable = fields.indices.filter { position in
            if case .drawn = fields[position].content { true } else { false }
        }
        let position = editing.element(of: editable)
        guard case .drawn(let topic, let percent) = fields[position].content else { return .touch }
        let before = record.values[position]
        // People empty a field now and then, but not one that every record has.
        if before != .null, percent < 100, editing.chance(0.15) { return .set(fields[position].name, .null) }
        return .set(fields[position].name, drawValue(otherThan: before) { $0.value(about: topic) })
    }

    private mutating func drawCustomFieldChange(of record: RecordContent) -> RecordChange {
        let field = editing.element(of: record.customFields)
        let content = record.object.shape.customFields.first { $0.name == field.name }?.content ?? .text(.prose)
        guard !content.isAutonumber else { return drawFieldChange(of: record) }
        if field.value != .null, editing.chance(0.15) { return .set(field.name, .null) }
        return .set(field.name, drawValue(otherThan: field.value) { $0.value(of: content) })
    }

    private mutating func drawLinkChange(of record: RecordContent) -> RecordChange {
        let organisations = tables[.organisations].living.elements
        if let link = record.links.first, organisations.isEmpty || editing.chance(0.5) { return .removeLink(link.id) }
        guard !organisations.isEmpty else { return drawFieldChange(of: record) }
        let role = editing.chance(0.5) ? editing.element(of: Words.roles) : nil
        return .addLink(to: .organisations, editing.element(of: organisations), role: role)
    }

    /// Topics have few values, so the first draw may be what is there already.
    private mutating func drawValue(
        otherThan before: FieldValue, draw: (inout SeededGenerator) -> FieldValue
    ) -> FieldValue {
        for _ in 0..<16 {
            let value = draw(&editing)
            if value != before { return value }
        }
        return before == .null ? "changed" : .null
    }
}
