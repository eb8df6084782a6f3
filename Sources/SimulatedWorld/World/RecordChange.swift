// What can be changed of a record, and what each change does to its content.

import ChangeFeed

package enum RecordChange: Sendable, Equatable {
    /// A field, or a custom field, by its name. A custom field the record lacks is added.
    case set(String, FieldValue)
    case addTag(String)
    case removeTag(String)
    case addDate(name: String, on: String)
    case removeDate(Int64)
    case addEmailDomain(String)
    case removeEmailDomain(Int64)
    case addLink(to: SimulatedObject, Int64, role: String?)
    case removeLink(Int64)
    /// Moves the stamp and nothing that can be seen, as saving a form unchanged does.
    case touch
}

/// Why the world could not be changed as asked; what was asked for has had no effect.
package enum WorldError: Error, Equatable, CustomStringConvertible {
    case noSuchRecord(SimulatedObject, Int64)
    case noSuchField(SimulatedObject, String)
    case notRecycled(SimulatedObject, Int64)
    case alreadyConverted(Int64)

    package var description: String {
        switch self {
        case .noSuchRecord(let object, let id):
            "no record \(id) lives in \(object.path); ask ids(of:) for those that do"
        case .noSuchField(let object, let name):
            "\(object.path) has no field \(name); a custom field's name ends in __c"
        case .notRecycled(let object, let id): "\(object.path) \(id) is not in the recycle bin; delete it first"
        case .alreadyConverted(let id): "lead \(id) was converted before; choose another"
        }
    }
}

extension RecordContent {
    /// Carries the change out and says in a few words what it was.
    mutating func apply(_ change: RecordChange, nextMemberID: inout Int64) throws(WorldError) -> String {
        switch change {
        case .set(let name, let value): return try set(name, to: value)
        case .addTag(let tag):
            if !tags.contains(tag) { tags.append(tag) }
            return "+ tag \(tag)"
        case .removeTag(let tag):
            tags.removeAll { $0 == tag }
            return "− tag \(tag)"
        case .addDate(let name, let date):
            dates.append(Occasion(id: nextMemberID, name: name, date: date))
            nextMemberID += 1
            return "+ date \(name)"
        case .removeDate(let id):
            dates.removeAll { $0.id == id }
            return "− date \(id)"
        case .addEmailDomain(let domain):
            emailDomains.append(EmailDomain(id: nextMemberID, domain: domain))
            nextMemberID += 1
            return "+ domain \(domain)"
        case .removeEmailDomain(let id):
            emailDomains.removeAll { $0.id == id }
            return "− domain \(id)"
        case .addLink(let target, let targetID, let role):
            links.append(Link(id: nextMemberID, target: target, targetID: targetID, role: role))
            nextMemberID += 1
            return "+ link to \(target.singular) \(targetID)"
        case .removeLink(let id):
            links.removeAll { $0.id == id }
            return "− link \(id)"
        case .touch: return "touched"
        }
    }

    private mutating func set(_ name: String, to value: FieldValue) throws(WorldError) -> String {
        let before: FieldValue
        if let position = object.shape.position(of: name) {
            switch object.shape.fields[position].content {
            case .id, .created, .updated: throw .noSuchField(object, name)
            default: break
            }
            before = values[position]
            values[position] = value
        } else if let index = customFields.firstIndex(where: { $0.name == name }) {
            before = customFields[index].value
            customFields[index].value = value
        } else if name.hasSuffix("__c") {
            before = .null
            customFields.append(CustomField(name: name, value: value))
        } else {
            throw .noSuchField(object, name)
        }
        return "\(name) \(before.preview) → \(value.preview)"
    }
}

extension Quirks {
    /// Whether the service takes the change for one of the record itself, so that `DATE_UPDATED_UTC` moves.
    func movesStamp(_ change: RecordChange, of object: SimulatedObject) -> Bool {
        switch change {
        case .set(let name, _):
            guard let position = object.shape.position(of: name) else {
                return stampingCollections.contains(.customFields)
            }
            if case .activity = object.shape.fields[position].content { return activityMovesStamp }
            return true
        case .addTag, .removeTag: return stampingCollections.contains(.tags)
        case .addDate, .removeDate: return stampingCollections.contains(.dates)
        case .addEmailDomain, .removeEmailDomain: return stampingCollections.contains(.emailDomains)
        case .addLink, .removeLink: return stampingCollections.contains(.links)
        case .touch: return true
        }
    }
}
