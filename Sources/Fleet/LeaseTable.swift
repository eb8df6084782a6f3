// What a daemon knows of its own leases.

import ChangeFeed

/// The leases of a daemon, and how far its work for each has come.
struct LeaseTable: Sendable {
    private enum Standing: Equatable {
        case led(since: Instant)
        /// Told to stop; the lease is kept until the work has ended.
        case stopping
        /// Another's by now, and the work has not ended.
        case lost
        /// Without work; still to be given back.
        case returning
    }

    private struct Entry {
        var epoch: Int
        var standing: Standing
    }

    /// What a renewal tells that was not known.
    struct Findings {
        /// Led until now.
        var lost: [String] = []
        /// Held, and nobody knew: a take-over of which no answer came.
        var unknown: [Lease] = []
    }

    private var entries: [String: Entry] = [:]
    private(set) var ledCount = 0
    /// Accounts for which something may still be under way.
    private(set) var workingCount = 0
    private var returningCount = 0

    /// Accounts that are led no more, and whose leases are still held.
    var goingCount: Int { entries.values.count { [.stopping, .returning].contains($0.standing) } }

    /// In the order of their names, as everything here that has an effect.
    var led: [(lease: Lease, since: Instant)] {
        entries.compactMap { account, entry in
            guard case .led(let since) = entry.standing else { return nil }
            return (Lease(account: account, epoch: entry.epoch), since)
        }.sorted { $0.lease.account < $1.lease.account }
    }

    var hasReturning: Bool { returningCount > 0 }

    /// What is to be given back now.
    var returning: [Lease] {
        entries.filter { $0.value.standing == .returning }
            .map { Lease(account: $0.key, epoch: $0.value.epoch) }.sorted { $0.account < $1.account }
    }

    func has(_ account: String) -> Bool { entries[account] != nil }

    mutating func lead(_ lease: Lease, since: Instant) {
        precondition(entries[lease.account] == nil, "\(lease.account) is led already")
        entries[lease.account] = Entry(epoch: lease.epoch, standing: .led(since: since))
        ledCount += 1
        workingCount += 1
    }

    /// A lease that no work ever began under.
    mutating func giveBack(_ lease: Lease) {
        precondition(
            entries[lease.account] == nil, "\(lease.account) is led, and cannot be given back before it has stopped")
        entries[lease.account] = Entry(epoch: lease.epoch, standing: .returning)
        returningCount += 1
    }

    mutating func stop(_ account: String) {
        guard case .led? = entries[account]?.standing else { preconditionFailure("\(account) is not led") }
        entries[account]?.standing = .stopping
        ledCount -= 1
    }

    /// All work for the account has ended.
    mutating func ended(_ account: String) {
        switch entries[account]?.standing {
        case .stopping?:
            entries[account]?.standing = .returning
            returningCount += 1
        case .lost?: entries[account] = nil
        case .led?, .returning?, nil: preconditionFailure("the work for \(account) ended, and was not told to")
        }
        workingCount -= 1
    }

    /// The store has these back, as far as it did not know them under another epoch.
    mutating func gaveBack(_ leases: [Lease]) {
        for lease in leases where entries[lease.account]?.epoch == lease.epoch {
            guard entries[lease.account]?.standing == .returning else { continue }
            entries[lease.account] = nil
            returningCount -= 1
        }
    }

    /// Brings what is known together with what the store says is held.
    mutating func compare(with held: [Lease]) -> Findings {
        var findings = Findings()
        var confirmed = 0
        for lease in held {
            let entry = entries[lease.account]
            if entry == nil { findings.unknown.append(lease) } else if entry?.epoch == lease.epoch { confirmed += 1 }
        }
        findings.unknown.sort { $0.account < $1.account }
        // Nearly always everything is as it was; only else is it worth to ask for each.
        guard confirmed < entries.count else { return findings }
        let epochs = Dictionary(uniqueKeysWithValues: held.map { ($0.account, $0.epoch) })
        for account in entries.keys.sorted() {
            guard let entry = entries[account], epochs[account] != entry.epoch else { continue }
            absorb(epochs[account], of: account, entry.standing, &findings)
        }
        return findings
    }

    /// - Parameter epoch: another than was known, which a take-over has brought of which no answer came; nil where the
    ///   lease is gone.
    private mutating func absorb(
        _ epoch: Int?, of account: String, _ standing: Standing, _ findings: inout Findings
    ) {
        switch (standing, epoch) {
        case (.led, _):
            // Under another epoch it was another's meanwhile: it has to begin anew all the same.
            findings.lost.append(account)
            entries[account]?.standing = .lost
            ledCount -= 1
        case (.stopping, nil): entries[account]?.standing = .lost
        case (.returning, nil):
            entries[account] = nil
            returningCount -= 1
        case (.stopping, let epoch?), (.returning, let epoch?): entries[account]?.epoch = epoch
        case (.lost, _): break
        }
    }
}
