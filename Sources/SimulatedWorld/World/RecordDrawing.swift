// Draws whole records: every field by its shape, and collections of a likely size.

import ChangeFeed

extension SeededGenerator {
    /// A new record of an object. `organisations` are those it may refer to; `stamp` is when it was last changed.
    mutating func record(
        of object: SimulatedObject, id: Int64, created: Instant, stamp: Instant, organisations: [Int64],
        nextMemberID: inout Int64
    ) -> RecordContent {
        let shape = object.shape
        var record = RecordContent(object: object, id: id, created: created, stamp: stamp, values: [])
        record.values = shape.fields.map { field in
            value(of: field.content, id: id, stamp: stamp, organisations: organisations)
        }
        record.customFields = shape.customFields.map { field in
            let isEmpty = chance(0.25) && !field.content.isAutonumber
            return RecordContent.CustomField(name: field.name, value: isEmpty ? .null : value(of: field.content))
        }
        fillCollections(of: &record, organisations: organisations, nextMemberID: &nextMemberID)
        return record
    }

    private mutating func value(
        of content: FieldContent, id: Int64, stamp: Instant, organisations: [Int64]
    ) -> FieldValue {
        switch content {
        case .id, .created, .updated: .null
        case .visibility(let value), .always(let value): value
        case .once(let topic): value(about: topic)
        case .drawn(let topic, let percent): below(100) < percent ? value(about: topic) : .null
        case .activity(let percent):
            below(100) < percent ? .text(WireTime.text(stamp - .hours(within(1...2000)))) : .null
        case .organisation(let percent):
            organisations.isEmpty || below(100) >= percent ? .null : .integer(element(of: organisations))
        case .mailbox(let letter): .text("simulated-\(letter)\(id)-S1MULAT@mailbox.example")
        }
    }

    private mutating func fillCollections(
        of record: inout RecordContent, organisations: [Int64], nextMemberID: inout Int64
    ) {
        for collection in record.object.shape.collections {
            switch collection {
            case .customFields: break
            case .tags:
                record.tags = Array(shuffled(Words.tags).prefix(max(0, within(-2...3))))
            case .dates:
                guard chance(0.15) else { continue }
                let name = element(of: Words.occasions)
                guard case .text(let date) = day(in: 2000...2026) else { continue }
                record.dates = [.init(id: nextMemberID, name: name, date: date)]
                nextMemberID += 1
            case .emailDomains:
                guard chance(0.5) else { continue }
                record.emailDomains = [.init(id: nextMemberID, domain: domain())]
                nextMemberID += 1
            case .links:
                guard chance(0.3), !organisations.isEmpty else { continue }
                let role = chance(0.5) ? element(of: Words.roles) : nil
                let target = element(of: organisations)
                record.links = [.init(id: nextMemberID, target: .organisations, targetID: target, role: role)]
                nextMemberID += 1
            }
        }
    }

    /// Makes of an organisation one of those that weigh 100 KB: hundreds of custom fields, more than a hundred links.
    mutating func fatten(_ record: inout RecordContent, nextMemberID: inout Int64) {
        for number in 1...320 {
            let name = "Survey_\(CivilTime.padded(number, to: 3))__c"
            let text = (0..<within(8...12)).map { _ in element(of: Words.sentences) }.joined(separator: "\n")
            record.customFields.append(.init(name: name, value: .text(text)))
        }
        for _ in 1...140 {
            let id = Int64(within(366_600_000...366_700_000))
            record.links.append(
                .init(id: nextMemberID, target: .contacts, targetID: id, role: element(of: Words.roles)))
            nextMemberID += 1
        }
    }
}

extension CustomFieldContent {
    var isAutonumber: Bool {
        if case .autonumber = self { true } else { false }
    }
}
