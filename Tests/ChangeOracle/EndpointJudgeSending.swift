// What may be sent to an endpoint at a moment, given what was sent before.

import ChangeFeed
import ReceivedEvents

/// One request to an endpoint.
package struct SentEvent: Sendable {
    package let event: ReceivedEvent
    package let body: [UInt8]
    /// Of the log.
    package let sequence: Int
    /// `webhook-sequence`
    package let number: Int
    /// Which delivery it belongs to: the attempts at one are counted.
    package let delivery: Int64
    package let isReplay: Bool

    package init(
        event: ReceivedEvent, body: [UInt8], sequence: Int, number: Int, delivery: Int64, isReplay: Bool
    ) {
        self.event = event
        self.body = body
        self.sequence = sequence
        self.number = number
        self.delivery = delivery
        self.isReplay = isReplay
    }
}

extension EndpointJudge {
    /// Takes note of a request, whatever the receiver answers, and says which promises it breaks.
    package mutating func judge(_ sent: SentEvent) -> [String] {
        guard let logged = log[sent.sequence], logged.event.id == sent.event.id else {
            return ["\(sent.event.id) was sent as #\(sent.sequence), and is not that event of the log"]
        }
        attempts[sent.delivery, default: 0] += 1
        var complaints: [String] = []
        if sent.isReplay {
            if expected[sent.sequence] == nil, !everWanted.contains(where: { $0.admit(logged.event) }) {
                complaints.append("#\(sent.sequence) was sent again, and is none of the endpoint's")
            }
        } else {
            guard expected[sent.sequence] != nil else {
                return ["#\(sent.sequence) \(logged.event.type) was sent, and is none of the endpoint's"]
            }
            complaints += judgeOrder(sent)
        }
        if terms.coalesces, !sent.isReplay {
            complaints += judgeFolded(sent, logged).map { "#\(sent.sequence) of \(logged.record): \($0)" }
        } else if !hasCoalesced, sent.body != logged.body {
            complaints.append("#\(sent.sequence) was sent with other bytes than the log holds")
        }
        expected[sent.sequence]?.wasSent = true
        if !sent.isReplay { expected[sent.sequence]?.delivery = sent.delivery }
        let owner = hasCoalesced ? logged.record : "#\(sent.sequence)"
        return complaints
            + numbers.judge(
                sent.number, of: sent.sequence, owner: owner, mayBeAnother: hasCoalesced && sent.isReplay)
    }

    /// The receiver has taken it.
    package mutating func took(_ sequence: Int) { settle(sequence, as: .taken) }

    /// The receiver wants this delivery never again.
    package mutating func abort(_ delivery: Int64) { aborted.insert(delivery) }

    private mutating func judgeOrder(_ sent: SentEvent) -> [String] {
        guard let place = expected[sent.sequence], let key = place.key, key == terms.key(of: place.logged),
            sent.sequence > reorderedThrough
        else { return [] }
        if let last = lastSent[key], last > sent.sequence { return ["#\(sent.sequence) was sent after #\(last)"] }
        lastSent[key] = sent.sequence
        var complaints: [String] = []
        for earlier in (open[key] ?? []).prefix(while: { $0 < sent.sequence }) where earlier > reorderedThrough {
            // What it took the place of is sent no more; but not of what is under way by itself.
            let delivery = expected[earlier]?.delivery
            if terms.coalesces, delivery == nil || delivery == sent.delivery {
                settle(earlier, as: .passedOver)
            } else {
                complaints.append("#\(sent.sequence) was sent before #\(earlier), which it has to follow")
            }
        }
        return complaints
    }

    /// An event may carry what was to be told before it, from where its receiver may have been left.
    private func judgeFolded(_ sent: SentEvent, _ logged: LoggedEvent) -> [String] {
        guard let record = sent.event.record.map({ Array($0.bytes) }), let truth = logged.event.record,
            record.elementsEqual(truth.bytes)
        else { return ["its record is not the one of the log"] }
        let chain = expected.values.map { $0 }.filter {
            $0.logged.record == logged.record && $0.logged.sequence <= sent.sequence
        }.sorted { $0.logged.sequence < $1.logged.sequence }
        // The receiver may be where any event that was sent has left it, or nowhere.
        let tails = chain.indices.filter { $0 == 0 || isOnItsWay(chain[$0 - 1]) }.map { chain[$0...].map(\.logged) }
        return tails.contains { FoldedEvents(events: $0).may(beToldAs: sent.event) }
            ? [] : ["it tells of no change since anything that its receiver was sent"]
    }

    /// What was given up and is to be sent again comes at a pace of its own, and what is new does not wait for it.
    private func isOnItsWay(_ place: Expected) -> Bool {
        place.wasSent || hasReplays && (place.fate == .dead || place.fate == .excused)
    }
}
