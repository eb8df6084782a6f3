// The people of the instance: a seeded editor that keeps changing records in likely ways.

import ChangeFeed

package enum EditKind: String, Sendable, CaseIterable {
    case create, field, customField, tag, date, emailDomain, link, activity, touch, delete, restore, convert, hide,
        reveal
}

/// How often the editor does what, as weights.
package struct EditMix: Sendable, Equatable {
    package var weights: [EditKind: Int]

    package init(_ weights: [EditKind: Int]) {
        self.weights = weights
    }

    package static let everything = EditMix([
        .create: 10, .field: 46, .customField: 15, .tag: 8, .date: 2, .emailDomain: 2, .link: 5, .activity: 4,
        .touch: 3, .delete: 3, .restore: 1, .convert: 1, .hide: 0, .reveal: 0,
    ])

    /// Nothing ever disappears.
    package static let withoutDeletes: EditMix = {
        var mix = everything
        mix.weights[.delete] = 0
        mix.weights[.restore] = 0
        return mix
    }()
}

extension SimulatedInstance {
    private static let busyness: [SimulatedObject: Int] = [
        .contacts: 5, .organisations: 3, .leads: 3, .opportunities: 3, .projects: 1, .fruit: 1,
    ]

    /// One edit as the seed decides: mostly one commit, several where a lead is converted. An instance without
    /// records gets a contact.
    @discardableResult
    package mutating func edit(at: Instant) -> [Commit] {
        edit(of: drawObject(), at: at)
    }

    /// The same among the records of one object.
    @discardableResult
    package mutating func edit(of object: SimulatedObject, at: Instant) -> [Commit] {
        let weights = editMix.weights
        let kind = editing.choice(of: EditKind.allCases) { weights[$0] ?? 0 } ?? .field
        do throws(WorldError) {
            return try carryOut(kind, on: object, at: at)
        } catch {
            preconditionFailure("the editor chose what cannot be done: \(error)")
        }
    }

    /// A nightly job: the same edit of many records of an object within one moment, so that they share a stamp.
    @discardableResult
    package mutating func sync(_ object: SimulatedObject, count: Int, at: Instant) -> [Commit] {
        let chosen = editing.shuffled(ids(of: object)).prefix(count)
        return chosen.compactMap { id in
            let owner = editing.value(about: .userID)
            return try? update(object, id, [.set("OWNER_USER_ID", owner)], at: at)
        }
    }

    /// An edit of this record, as long as it lives: no creation, no deletion.
    @discardableResult
    package mutating func edit(_ object: SimulatedObject, _ id: Int64, at: Instant) -> [Commit] {
        guard tables[object].isLiving(id), let record = tables[object].contents[id] else { return [] }
        let kinds: [EditKind] = [.field, .field, .customField, .tag, .touch]
        let change = drawChange(editing.element(of: kinds), of: record, at: at)
        return (try? update(object, id, [change], at: at)).map { [$0] } ?? []
    }

    /// A clean-up: this share of an object's records is deleted within one moment.
    @discardableResult
    package mutating func deleteMany(of object: SimulatedObject, share: Double, at: Instant) -> [Commit] {
        let ids = ids(of: object)
        let chosen = editing.shuffled(ids).prefix(Int((Double(ids.count) * share).rounded()))
        return chosen.compactMap { try? delete(object, $0, at: at) }
    }

    private mutating func drawObject() -> SimulatedObject {
        let inhabited = SimulatedObject.allCases.filter { tables[$0].living.count > 0 }
        return editing.choice(of: inhabited) { Self.busyness[$0] ?? 0 } ?? .contacts
    }

    private mutating func carryOut(
        _ kind: EditKind, on object: SimulatedObject, at: Instant
    ) throws(WorldError) -> [Commit] {
        let living = tables[object].living.elements
        guard kind != .create, !living.isEmpty else { return [try create(object, at: at)] }
        switch kind {
        case .delete:
            return [try delete(object, editing.element(of: living), at: at)]
        case .restore:
            let recycled = tables[object].recycled
            guard !recycled.isEmpty else { break }
            return [try restore(object, editing.element(of: recycled), at: at)]
        case .convert:
            guard let lead = drawConvertibleLead() else { break }
            return try convert(lead: lead, at: at)
        case .hide, .reveal:
            let isHidden = kind == .reveal
            let candidates = living.filter { tables[object].contents[$0]?.isHidden == isHidden }
            guard !candidates.isEmpty else { break }
            return [try hide(object, editing.element(of: candidates), !isHidden, at: at)]
        default: break
        }
        let id = editing.element(of: living)
        guard let record = tables[object].contents[id] else { throw .noSuchRecord(object, id) }
        return [try update(object, id, [drawChange(kind, of: record, at: at)], at: at)]
    }

    /// A few tries are enough: an instance where most leads are converted need not convert more.
    private mutating func drawConvertibleLead() -> Int64? {
        let leads = tables[.leads].living.elements
        guard !leads.isEmpty else { return nil }
        for _ in 0..<8 {
            let id = editing.element(of: leads)
            if tables[.leads].contents[id]?.isConverted == false { return id }
        }
        return nil
    }
}
