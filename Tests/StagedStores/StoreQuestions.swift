// What tests ask a store of any engine, one thing at a time; the daemon is told all of it at once.

import ChangeFeed
import EventStore

extension StoreEngine {
    /// Brings the resources of the store and those of the configuration together.
    ///
    /// - Returns: what of that is to be told.
    package func adopt(
        _ plans: [ResourcePlan], at now: Instant
    ) throws -> [ResourceAdoption.Notice] {
        try memory(adopting: plans, at: now).notices
    }

    /// How far each resource of the account has come.
    package func progress() throws -> [ResourceName: ResourceProgress] {
        try look { try $0.progress() }
    }

    /// What polls of each resource have taught of its pace.
    package func paces() throws -> [ResourceName: ResourcePace] {
        try look { try $0.paces() }
    }

    /// What is known of the presence of each resource's records.
    package func presenceTallies() throws -> [ResourceName: PresenceTally] {
        try look { try $0.tallies() }
    }

    /// The instance that the account's records came from.
    package func instance() throws -> String? {
        try look { try $0.instance() }
    }

    /// By which records are known again.
    package func fingerprintKey() throws -> FingerprintKey? { try look { try $0.fingerprintKey() } }
}
