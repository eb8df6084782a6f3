// Which records a list or a search holds, in which order, and the page of them that was asked for.

import ChangeFeed

extension SimulatedInstance {
    /// The ids that plain lists hold, ascending.
    func listedIDs(in table: RecordTable) -> [Int64] {
        let ids = table.listed.elements
        guard !quirks.listsConvertedLeads, !table.converted.isEmpty else { return ids }
        return ids.filter { !table.converted.contains($0) }
    }

    /// A page of a list or search, with `X-Total-Count` where asked for.
    mutating func page(of object: SimulatedObject, _ query: ListQuery, isSearch: Bool) throws(BadRequest)
        -> SimulatedAnswer
    {
        if !isSearch, let place = quirks.listsBreakAt, query.skip >= place {
            return .message(500, "An error has occurred.")
        }
        let table = tables[object]
        var ids = try matches(query, in: table, object: object)
        order(&ids, by: isSearch ? quirks.searchOrder : quirks.listOrder, in: table)
        let last = min(ids.count, query.skip + query.top)
        let chosen = ids[min(query.skip, last)..<last]
        var json = JSONWriter(capacity: chosen.count * 2048)
        json.raw("[")
        for id in chosen {
            guard let document = table.published[id]?.document else { continue }
            if json.bytes.count > 1 { json.raw(",") }
            if query.brief { writeBrief(document, of: object, to: &json) } else { json.raw(document.json) }
        }
        json.raw("]")
        let total = query.countTotal ? [HeaderField("X-Total-Count", String(ids.count))] : []
        return .json(json.bytes, headers: total)
    }

    private func matches(_ query: ListQuery, in table: RecordTable, object: SimulatedObject) throws(BadRequest)
        -> [Int64]
    {
        var ids: [Int64]
        if let time = query.updatedAfter {
            // Stamps are whole microseconds, so strictly after means from the next one on.
            let from = quirks.comparison == .inclusive ? time : time + .microseconds(1)
            let stamped = table.listedByStamp
            ids = stamped.elements[stamped.rank(of: StampedID(stamp: from, id: 0))...].map(\.id)
            ids.sort()
            if !quirks.listsConvertedLeads { ids.removeAll { table.converted.contains($0) } }
        } else {
            ids = listedIDs(in: table)
        }
        guard let field = query.field else { return ids }
        guard object.shape.isSearchable(field.name) else { throw BadRequest(parameter: "field_name") }
        ids.removeAll { table.published[$0]?.content.value(of: field.name)?.queryText != field.value }
        return ids
    }

    private mutating func order(_ ids: inout [Int64], by order: Quirks.ListOrder, in table: RecordTable) {
        switch order {
        case .ascendingID: break
        case .byStamp:
            let stamped = ids.map { StampedID(stamp: table.published[$0]?.content.stamp ?? .distantPast, id: $0) }
            ids = stamped.sorted().map(\.id)
        case .scrambled:
            let keyed = ids.map { id in
                var hash = SeededGenerator(seed: seed ^ UInt64(bitPattern: id))
                return (key: hash.next(), id: id)
            }
            ids = keyed.sorted { $0.key < $1.key }.map { $0.id }
        case .shuffled:
            ids = ordering.shuffled(ids)
        }
    }

    private func writeBrief(_ document: RecordDocument, of object: SimulatedObject, to json: inout JSONWriter) {
        json.raw(Array(document.json[..<document.collections.lowerBound]))
        if quirks.briefCollections != .absent {
            for collection in object.shape.collections {
                json.raw(",")
                json.string(collection.rawValue)
                json.raw(quirks.briefCollections == .null ? ":null" : ":[]")
            }
        }
        json.raw(Array(document.json[document.collections.upperBound...]))
    }
}

extension ObjectShape {
    /// Whether `field_name` may name it: a field that is kept as a value, or anything that looks like a custom field.
    func isSearchable(_ name: String) -> Bool {
        guard let position = position(of: name) else {
            return name.hasSuffix("__c") || customFields.contains { $0.name == name }
        }
        return fields[position].content != .created && fields[position].content != .updated
    }
}
