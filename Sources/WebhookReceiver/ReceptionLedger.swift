// The receiver's account of everything it got: pure, so that what it claims of a sender can be tested.

import ChangeFeed
import ReceivedEvents

/// What a receiver has seen so far.
package struct ReceiverSummary: Sendable, Equatable {
    /// POSTs whose body arrived whole.
    package internal(set) var requests = 0
    /// Events taken: each of `distinct` once, and the duplicates.
    package internal(set) var accepted = 0
    /// Taken events whose `webhook-id` had been taken before.
    package internal(set) var duplicates = 0
    /// POSTs that carried no valid signature; they are refused.
    package internal(set) var unverified = 0
    /// Verified POSTs that this receiver failed on purpose.
    package internal(set) var failed = 0
    /// POSTs whose sender went away before it had an answer.
    package internal(set) var abandoned = 0
    /// POSTs with a `webhook-id` seen before, but with other bytes: a sender must not do that.
    package internal(set) var alteredBodies = 0
    /// Events that were taken for the first time after a later one of the same record: a sender must not do that.
    package internal(set) var outOfOrder = 0
    /// POSTs that came while another of the same record was being answered: a sender must not do that.
    package internal(set) var overlaps = 0
    package internal(set) var inFlight = 0
    package internal(set) var mostInFlight = 0
    /// The `webhook-sequence` of the events taken; of a sender without that header, the numbers in their bodies. Of a sender
    /// that names no accounts.
    package internal(set) var sequences = SequenceRanges()
    /// The same of each account that is named, by its name: each has numbers of its own.
    package internal(set) var sequencesOfAccounts: [String: SequenceRanges] = [:]

    /// Different ids taken.
    package var distinct: Int { accepted - duplicates }

    package init() {}
}

/// Counts requests as they come, and again when their outcome is known.
struct ReceptionLedger: Sendable {
    private(set) var summary = ReceiverSummary()
    private var acceptedIDs: Set<String> = []
    private var fingerprints: [String: Int] = [:]
    private var lastSequence: [String: Int] = [:]
    private var open: [Int: OpenExchange] = [:]

    /// A request that has no outcome yet.
    private struct OpenExchange {
        let recordName: String?
        /// Requests of the same record that came while this one was open.
        var overlaps = 0
    }

    mutating func begin(_ request: ReceivedRequest) {
        summary.requests += 1
        summary.inFlight += 1
        summary.mostInFlight = max(summary.mostInFlight, summary.inFlight)
        guard request.isVerified else {
            open[request.number] = OpenExchange(recordName: nil)
            return
        }
        let name = request.event?.ownName
        if let name {
            for number in open.keys where open[number]?.recordName == name { open[number]?.overlaps += 1 }
        }
        open[request.number] = OpenExchange(recordName: name)
        if let id = request.webhookID {
            // A process that runs for days keeps a hash instead of the bytes.
            let fingerprint = request.body.hashValue
            if fingerprints.updateValue(fingerprint, forKey: id) ?? fingerprint != fingerprint {
                summary.alteredBodies += 1
            }
        }
    }

    /// Call before the last byte of the answer is sent: once it has it, the sender may begin the next request.
    mutating func end(_ request: ReceivedRequest, _ outcome: ReceivedExchange.Outcome) -> ReceivedExchange {
        summary.inFlight -= 1
        // Overlaps with a request that its sender had given up are none: it could not know that we still held it.
        if let exchange = open.removeValue(forKey: request.number), outcome != .abandoned {
            summary.overlaps += exchange.overlaps
        }
        var isDuplicate = false
        switch outcome {
        case .accepted: isDuplicate = accept(request)
        case .abandoned: summary.abandoned += 1
        case .refused, .dropped:
            if request.isVerified { summary.failed += 1 } else { summary.unverified += 1 }
        }
        return ReceivedExchange(request: request, outcome: outcome, isDuplicate: isDuplicate)
    }

    /// Whether the id had been taken before.
    private mutating func accept(_ request: ReceivedRequest) -> Bool {
        summary.accepted += 1
        if let id = request.webhookID, !acceptedIDs.insert(id).inserted {
            summary.duplicates += 1
            return true
        }
        if let number = request.sequence ?? request.event?.sequence {
            if let account = request.event?.account {
                summary.sequencesOfAccounts[account, default: SequenceRanges()].insert(number)
            } else {
                summary.sequences.insert(number)
            }
        }
        if let event = request.event, let sequence = event.sequence {
            if let last = lastSequence[event.ownName], last > sequence {
                summary.outOfOrder += 1
            } else {
                lastSequence[event.ownName] = sequence
            }
        }
        return false
    }
}

extension ReceivedEvent {
    /// The record among those of all accounts: each numbers its own.
    fileprivate var ownName: String { account.map { "\($0) \(recordName)" } ?? recordName }
}
