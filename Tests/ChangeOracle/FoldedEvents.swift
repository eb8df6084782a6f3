// What remains to be told of several events of one record in a row, told without the code that folds them.

import ChangeFeed
import Foundation
import ReceivedEvents

/// Events of a record in their order, one at least, of which the last is to tell what all of them would have.
struct FoldedEvents {
    let events: [LoggedEvent]

    func may(beToldAs told: ReceivedEvent) -> Bool {
        guard let first = events.first, let last = events.last else { return false }
        let creation = events.lastIndex { $0.kind != "updated" }
        if last.kind != "updated" || creation.map({ events[$0].kind == "deleted" }) == true {
            // A deletion says all, and so does a return. What follows a deletion that was not told, after a return that is
            // none of the endpoint's, may not be known to lead from anything.
            return told.type == last.event.type && told.isRestored == last.event.isRestored
                && (told.changes == nil || last.event.changes != nil)
        }
        if let creation {
            return told.type == events[creation].event.type && told.changes == nil
                && told.isRestored == events[creation].event.isRestored
        }
        guard told.type == last.event.type, let record = last.event.record.map({ Array($0.bytes) }) else {
            return false
        }
        guard let changesBefore = first.event.changes, let base = Self.before(first, changesBefore) else {
            return told.changes == nil
        }
        guard let changes = told.changes else { return false }
        return leads(changes, from: base, to: record)
    }

    private static func before(_ logged: LoggedEvent, _ changes: [ReceivedEvent.Change]) -> [[String]: NSObject]? {
        logged.event.record.flatMap { Patch(changes: changes).undone(from: Array($0.bytes)) }
    }

    /// Whether these are the changes between both, in all that any of the events told of. What else they hold has changed as
    /// well, in events that the receiver does not get.
    private func leads(_ changes: [ReceivedEvent.Change], from base: [[String]: NSObject], to record: [UInt8]) -> Bool {
        guard let undone = Patch(changes: changes).undone(from: record),
            let now = Patch(changes: []).undone(from: record)
        else { return false }
        let toldOf = events.flatMap { $0.event.changes ?? [] }.map { Patch.names(in: $0.path) }
        return Set(undone.keys).union(base.keys).union(now.keys).allSatisfy { path in
            let isToldOf = toldOf.contains { $0.starts(with: path) || path.starts(with: $0) }
            return undone[path] == base[path] || !isToldOf && undone[path] == now[path]
        }
    }
}
