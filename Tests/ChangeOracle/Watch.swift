// Looks at each event as it is told, in the order of the log, and complains at once where it breaks a promise.

import ChangeFeed
import ReceivedEvents
import SimulatedWorld

/// The promises that hold at every moment, whatever fails, for all that one daemon tells of one instance.
///
/// Each event is a state that its record really had, later than the one before; its changes lead from what was told before;
/// a creation is told once, a deletion only where there was one, and a return only after a deletion.
package struct Watch {
    /// When an event was written into the daemon's store.
    package struct Moment: Sendable {
        let committed: Instant
        /// When the last page that showed its record was, where that is known: what is held is told later.
        let seen: Instant
        /// Whether the record was asked for by its id then.
        let isReadByID: Bool

        package init(committed: Instant, seen: Instant? = nil, isReadByID: Bool = false) {
            self.committed = committed
            self.seen = seen ?? committed
            self.isReadByID = isReadByID
        }
    }

    /// What was told of a record.
    struct Told {
        /// The state of the world that the last event was; the deletion where that was the last.
        var position: Int
        var record: [UInt8]
        var isDeleted: Bool
        var sequence: Int
        var isReadByID: Bool
    }

    private(set) var told: [String: Told] = [:]
    private(set) var sequences: [Int] = []
    private var ids: Set<String> = []
    /// When what was held of an object was last dismissed.
    private(set) var dismissals: [SimulatedObject: Instant] = [:]

    package init() {}

    /// Somebody has decided that nobody is to be told of what is held of this object at that moment.
    package mutating func dismiss(_ object: SimulatedObject, at moment: Instant) { dismissals[object] = moment }

    /// Takes an event that was not taken before, and says which promises it breaks.
    ///
    /// - Parameters:
    ///   - world: as it is when the event is told, or later. It must keep its history.
    ///   - moment: nil where that is not known; less can be told then.
    ///   - newsThreshold: from when on a change of an object was news; nil where it was never polled.
    package mutating func take(
        _ event: ReceivedEvent, world: SimulatedInstance, moment: Moment? = nil,
        newsThreshold: (SimulatedObject) throws -> NewsThreshold?
    ) rethrows -> [String] {
        let title = "\(event.recordName) #\(event.sequence ?? 0) \(event.type)"
        guard let object = SimulatedObject(named: event.resource), let id = Int64(event.recordID),
            let sequence = event.sequence, let record = event.record.map({ Array($0.bytes) })
        else { return ["\(title): it is none of the world's"] }
        var complaints: [String] = []
        sequences.append(sequence)
        let before = told[event.recordName]
        if !ids.insert(event.id).inserted { complaints.append("the id \(event.id) stands for two events") }
        if let before, before.sequence > sequence { complaints.append("it came after #\(before.sequence)") }
        let truth = RecordTruth(object, id, in: world)
        let position: Int?
        if event.type.hasSuffix(".deleted") {
            position = truth.deletion(of: record, after: before?.position, moment)
            let learned = learnedSilently(object, truth)
            complaints += judgeDeletion(event, record, after: before, truth, position: position, learned)
        } else {
            position = truth.state(of: record, after: before?.position, moment)
            if position == nil { complaints.append("its record is no state that came after the last one") }
            if let before {
                complaints += judgeNext(
                    event, record, after: before, isReadByID: moment?.isReadByID ?? false,
                    learnedSilently(object, truth))
            } else {
                let last = truth.lastState(of: record, moment)
                let judge = FirstEventJudge(
                    event: event, truth: truth, position: last ?? 0, isReadByID: moment?.isReadByID ?? false)
                complaints += judge.complaints(newsThreshold: try newsThreshold(object))
            }
        }
        told[event.recordName] = Told(
            position: position ?? before?.position ?? 0, record: record, isDeleted: event.type.hasSuffix(".deleted"),
            sequence: sequence, isReadByID: moment?.isReadByID ?? false)
        return complaints.map { "\(title): \($0)" }
    }

    /// What may have become known of a record without a word, by what was dismissed.
    private func learnedSilently(_ object: SimulatedObject, _ truth: RecordTruth) -> [[UInt8]] {
        guard let dismissal = dismissals[object] else { return [] }
        return truth.states.filter { $0.at <= dismissal }.flatMap { [$0.document.json, $0.document.byID] }
    }

    private func judgeDeletion(
        _ event: ReceivedEvent, _ record: [UInt8], after before: Told?, _ truth: RecordTruth, position: Int?,
        _ learned: [[UInt8]]
    ) -> [String] {
        var complaints: [String] = []
        if before?.isDeleted == true { complaints.append("deleted twice") }
        if event.changes != nil { complaints.append("a deletion has changes") }
        guard let position else { return complaints + ["the record was not deleted then"] }
        let isLastKnown =
            before.map { $0.record == record || truth.isPageForm(record, of: $0, before: position) }
            ?? truth.had(record, before: position)
        if !isLastKnown, !learned.contains(record) { complaints.append("its record is not what was known last") }
        return complaints
    }

    private func judgeNext(
        _ event: ReceivedEvent, _ record: [UInt8], after before: Told, isReadByID: Bool, _ learned: [[UInt8]]
    ) -> [String] {
        let isCreated = event.type.hasSuffix(".created")
        guard !before.isDeleted else {
            var complaints = isCreated && event.isRestored ? [] : ["after a deletion only a return can follow"]
            if event.changes != nil { complaints.append("a return has changes") }
            return complaints
        }
        if event.isRestored { return ["nothing was told of a deletion"] }
        if isCreated { return ["created twice"] }
        guard let changes = event.changes, !changes.isEmpty else { return ["it tells of no change"] }
        let patch = Patch(changes: changes)
        return patch.leads(from: before.record, to: record, areOfTwoKinds: isReadByID != before.isReadByID)
            || learned.contains { patch.leads(from: $0, to: record, areOfTwoKinds: true) }
            ? []
            : ["its changes do not lead from the last event: \(changes.map(\.path).joined(separator: " "))"]
    }
}
