// One record's states as the world had them, and which of them an event or a silence may stand for.

import ChangeFeed
import SimulatedWorld

/// What a daemon can find out by the way it looks.
package enum Lookout: Sendable {
    /// What changed and moved its stamp.
    case polls
    /// Also what vanished, by counts and searches.
    case counts
    /// Everything, by reading it.
    case sweeps
}

/// What really happened to one record, for the questions that a judge has.
struct RecordTruth {
    let states: [Commit]
    /// Whether the key's user may not see each of them: a hidden record goes on being edited.
    private let isHidden: [Bool]
    private let world: SimulatedInstance

    init(_ object: SimulatedObject, _ id: Int64, in world: SimulatedInstance) {
        states = world.history(of: object, id)
        self.world = world
        var isHiddenNow = false
        isHidden = states.map { state in
            if state.kind == .hidden { isHiddenNow = true }
            if state.kind == .revealed { isHiddenNow = false }
            return isHiddenNow
        }
    }

    /// Between what an answer shows and the commit of its page lies the way of the answer, slow as it may be.
    private static let longestWay: Duration = .minutes(3)

    /// Whether the record could be asked for by its id in this state.
    func isThere(_ index: Int) -> Bool {
        states[index].kind != .deleted && !isHidden[index]
    }

    /// Whether lists and searches hold the record in this state.
    private func isListed(_ index: Int) -> Bool {
        guard isThere(index) else { return false }
        return world.quirks.listsConvertedLeads || !states[...index].contains { $0.kind == .converted }
    }

    /// Whether an answer to be committed then may show this state: not before it was visible, and not long after a later
    /// one was. Without a time nothing is known of that.
    private func isPlausible(_ index: Int, at moment: Instant?) -> Bool {
        guard let moment else { return true }
        guard states[index].visible <= moment else { return false }
        let next = states.indices.contains(index + 1) ? states[index + 1].visible : .distantFuture
        return next >= moment - Self.longestWay
    }

    /// The first state after this one that these bytes are.
    func state(of record: [UInt8], after position: Int?, _ moment: Watch.Moment?) -> Int? {
        states.indices.dropFirst(position.map { $0 + 1 } ?? 0).first {
            isThere($0) && states[$0].document.isShown(as: record) && isPlausible($0, at: moment?.seen)
        }
    }

    /// The last state that these bytes are: a record that was edited and edited back is as it was before.
    func lastState(of record: [UInt8], _ moment: Watch.Moment?) -> Int? {
        states.indices.last {
            isThere($0) && states[$0].document.isShown(as: record) && isPlausible($0, at: moment?.seen)
        }
    }

    /// The first deletion after this state that these bytes came before, or else the first: a record may be deleted,
    /// come back and be deleted again before anybody has looked.
    func deletion(of record: [UInt8], after position: Int?, _ moment: Watch.Moment?) -> Int? {
        let deletions = states.indices.dropFirst(position.map { $0 + 1 } ?? 0).filter {
            states[$0].kind == .deleted && isPlausible($0, at: moment?.committed)
        }
        return deletions.first { had(record, before: $0) } ?? deletions.first
    }

    /// Whether the record had these bytes before that state.
    func had(_ record: [UInt8], before position: Int) -> Bool {
        states[..<position].indices.contains { isThere($0) && states[$0].document.isShown(as: record) }
    }

    /// Whether these bytes are what a page shows from one state on until another. What was told as a GET by the record's id
    /// has it is known as pages have it once one shows it, without an event. Where both are alike, that is to be seen only
    /// of a record that was saved meanwhile without a change: by its stamp, and by nothing that is compared.
    func isPageForm(_ record: [UInt8], of told: Watch.Told, before position: Int) -> Bool {
        if world.quirks.display.onlyByID == .alike {
            guard told.isReadByID, Patch(changes: []).leads(from: told.record, to: record) else { return false }
        }
        return told.position < position
            && states[told.position..<position].indices.contains {
                isThere($0) && states[$0].document.json == record
            }
    }

    /// Whether the record was absent for a time before that state.
    func wasAway(before position: Int) -> Bool {
        states[..<position].indices.contains { !isThere($0) }
    }

    /// Whether lists lacked the record at any time until then.
    func wasUnlisted(until moment: Instant) -> Bool {
        states.indices.contains { states[$0].at <= moment && !isListed($0) }
    }

    /// What a daemon must know once everything is quiet.
    enum Destiny {
        case deleted
        /// One of these states, and no earlier one; `ifSeen`: unless the record was never seen at all.
        case state(in: Range<Int>, ifSeen: Bool)
        /// It may know any state: what came after could not be seen.
        case anything
    }

    func destiny(_ lookout: Lookout) -> Destiny {
        guard let last = states.indices.last else { return .anything }
        let findsDeletes = lookout != .polls
        if states[last].kind == .deleted { return findsDeletes ? .deleted : .anything }
        guard isThere(last) else { return .anything }
        // Sweeps read everything, and ask again for what lists leave out.
        if lookout == .sweeps {
            // One that was deleted and is back where no list tells of it, nobody can know of.
            if !isListed(last), states.contains(where: { $0.kind == .deleted }) { return .anything }
            return .state(in: last..<states.endIndex, ifSeen: !isListed(last))
        }
        guard isListed(last) else {
            // A converted lead that lists leave out is found missing, asked for by its id, and told as it is then.
            guard findsDeletes, let conversion = states.lastIndex(where: { $0.kind == .converted }) else {
                return .anything
            }
            return .state(in: conversion..<states.endIndex, ifSeen: true)
        }
        // Polls find what has moved the stamp while lists show it. A record that came back without that is noticed only
        // by who looks for the missing.
        let away = states.indices.last { !isListed($0) }
        let stamped = states.indices.last { states[$0].isStamped && $0 > (away ?? -1) }
        if let stamped { return .state(in: stamped..<states.endIndex, ifSeen: false) }
        return findsDeletes ? .state(in: 0..<states.endIndex, ifSeen: true) : .anything
    }
}
