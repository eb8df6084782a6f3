// What people can do in the instance: create, edit, delete, restore, convert, hide.

import ChangeFeed

extension SimulatedInstance {
    /// Creates a record with drawn values and then these.
    @discardableResult
    package mutating func create(
        _ object: SimulatedObject, setting values: KeyValuePairs<String, FieldValue> = [:], at: Instant
    ) throws(WorldError) -> Commit {
        let id = tables[object].takeID(skipping: editing.within(1...40))
        let created = stored(at - editing.duration(upTo: quirks.createdAhead))
        var record = editing.record(
            of: object, id: id, created: created, stamp: stored(at),
            organisations: tables[.organisations].living.elements, nextMemberID: &nextMemberID)
        for (name, value) in values {
            _ = try record.apply(.set(name, value), nextMemberID: &nextMemberID)
        }
        return commit(record, kind: .created, at: at, summary: record.title)
    }

    /// Carries the changes out as one edit of a living record.
    @discardableResult
    package mutating func update(
        _ object: SimulatedObject, _ id: Int64, _ changes: [RecordChange], at: Instant
    ) throws(WorldError) -> Commit {
        var record = try living(object, id)
        var summaries: [String] = []
        for change in changes {
            summaries.append(try record.apply(change, nextMemberID: &nextMemberID))
        }
        let isStamped = changes.contains { quirks.movesStamp($0, of: object) }
        if isStamped { record.stamp = stored(at) }
        return commit(
            record, kind: .updated, at: at, isStamped: isStamped, summary: summaries.joined(separator: ", "))
    }

    /// Moves a record to the recycle bin. Nothing that requests can see tells of it but its absence.
    @discardableResult
    package mutating func delete(_ object: SimulatedObject, _ id: Int64, at: Instant) throws(WorldError) -> Commit {
        let record = try living(object, id)
        return commit(record, kind: .deleted, at: at, isStamped: false, summary: record.title)
    }

    /// Takes a record out of the recycle bin, under its old id.
    @discardableResult
    package mutating func restore(_ object: SimulatedObject, _ id: Int64, at: Instant) throws(WorldError) -> Commit {
        guard var record = tables[object].contents[id], !tables[object].isLiving(id) else {
            throw .notRecycled(object, id)
        }
        if quirks.restoreMovesStamp { record.stamp = stored(at) }
        return commit(record, kind: .restored, at: at, isStamped: quirks.restoreMovesStamp, summary: record.title)
    }

    /// Takes a record from the sight of the key's user, or gives it back: 403 by id, absent from lists.
    @discardableResult
    package mutating func hide(
        _ object: SimulatedObject, _ id: Int64, _ isHidden: Bool = true, at: Instant
    ) throws(WorldError) -> Commit {
        var record = try living(object, id)
        record.isHidden = isHidden
        return commit(
            record, kind: isHidden ? .hidden : .revealed, at: at, isStamped: false, summary: record.title)
    }

    /// Makes of a lead a contact, an organisation where it names one, and now and then an opportunity.
    @discardableResult
    package mutating func convert(lead id: Int64, at: Instant) throws(WorldError) -> [Commit] {
        var lead = try living(.leads, id)
        guard !lead.isConverted else { throw .alreadyConverted(id) }
        var commits: [Commit] = []
        var organisation = FieldValue.null
        if let name = lead.value(of: "ORGANISATION_NAME"), name != .null {
            commits.append(try create(.organisations, setting: ["ORGANISATION_NAME": name], at: at))
            organisation = commits.last.flatMap { Int64($0.id.text) }.map(FieldValue.integer) ?? .null
        }
        let contact = try create(
            .contacts,
            setting: [
                "FIRST_NAME": lead.value(of: "FIRST_NAME") ?? .null, "LAST_NAME": lead.value(of: "LAST_NAME") ?? .null,
                "EMAIL_ADDRESS": lead.value(of: "EMAIL") ?? .null, "ORGANISATION_ID": organisation,
            ], at: at)
        commits.append(contact)
        var opportunity = FieldValue.null
        if editing.chance(0.5) {
            commits.append(try create(.opportunities, setting: ["ORGANISATION_ID": organisation], at: at))
            opportunity = commits.last.flatMap { Int64($0.id.text) }.map(FieldValue.integer) ?? .null
        }
        let changes: [RecordChange] = [
            .set("CONVERTED", true), .set("CONVERTED_CONTACT_ID", .integer(Int64(contact.id.text) ?? 0)),
            .set("CONVERTED_DATE_UTC", .text(WireTime.text(stored(at)))),
            .set("CONVERTED_OPPORTUNITY_ID", opportunity), .set("CONVERTED_ORGANISATION_ID", organisation),
        ]
        for change in changes { _ = try lead.apply(change, nextMemberID: &nextMemberID) }
        lead.stamp = stored(at)
        commits.append(commit(lead, kind: .converted, at: at, summary: "became contact \(contact.id)"))
        return commits
    }

    private func living(_ object: SimulatedObject, _ id: Int64) throws(WorldError) -> RecordContent {
        guard let record = tables[object].contents[id], tables[object].isLiving(id) else {
            throw .noSuchRecord(object, id)
        }
        return record
    }
}

extension RecordContent {
    /// What people would call the record.
    var title: String {
        let names = ["FIRST_NAME", "LAST_NAME", "ORGANISATION_NAME", "OPPORTUNITY_NAME", "PROJECT_NAME", "RECORD_NAME"]
        let texts = names.filter { object.shape.position(of: $0) != nil }.compactMap { value(of: $0)?.queryText }
        return texts.joined(separator: " ")
    }
}
