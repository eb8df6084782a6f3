// What the first event of a record may be: its creation, or a change of what was learned without a word.

import ChangeFeed
import ReceivedEvents
import SimulatedWorld

struct FirstEventJudge {
    let event: ReceivedEvent
    let truth: RecordTruth
    /// The state that the event is; the last one where it may be several, so that none before it is overlooked.
    let position: Int
    /// Whether it was asked for by its id, where what was known of it came with a page.
    let isReadByID: Bool

    func complaints(newsThreshold: NewsThreshold?) -> [String] {
        var complaints: [String] = []
        let isCreated = event.type.hasSuffix(".created")
        if event.isRestored { complaints.append("nothing was told of a deletion") }
        if isCreated, event.changes != nil { complaints.append("a creation has changes") }
        guard case .since(let threshold)? = newsThreshold, let first = truth.states.first else {
            if !isCreated { complaints.append("the first event of a record is its creation") }
            return complaints
        }
        if let changes = event.changes, !leads(changes) {
            complaints.append("its changes lead from no state that the record had")
        }
        let isFounded = first.summary == "founded"
        // The created date may lie seconds before the first stamp, and thresholds are whole seconds.
        if !isCreated, !isFounded, first.stamp >= threshold + .seconds(5) {
            complaints.append("it was born after the start, and is told as if it had been there")
        }
        // Records of the founding are the only ones that are certainly older than any threshold of now. One that was
        // away when the daemon learned what is there is new to it when it comes back.
        let isOld = isFounded && first.stamp < threshold - .minutes(1)
        if isOld, !truth.wasAway(before: position) {
            if isCreated { complaints.append("it was there before, and no news") }
            if position == 0 { complaints.append("nothing had changed") }
        }
        return complaints
    }

    private func leads(_ changes: [ReceivedEvent.Change]) -> Bool {
        let patch = Patch(changes: changes)
        let record = truth.states[position].document.json
        return !changes.isEmpty
            && truth.states[..<position].contains {
                patch.leads(from: $0.document.json, to: record, areOfTwoKinds: isReadByID)
            }
    }
}
