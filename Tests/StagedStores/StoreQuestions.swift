// What tests ask a store of any engine, one thing at a time; the daemon is told all of it at once.

import ChangeFeed
import EventStore

extension StoreEngine {
    /// Brings the resources of the store and those of the configuration together.
    ///
    /// - Returns: what of that is to be told.
    package func adopt(
        _ plans: [ResourcePlan], of account: StoredAccount, at now: Instant
    ) throws -> [ResourceAdoption.Notice] {
        try memory(adopting: plans, of: account, at: now).notices
    }

    /// How far each resource of the account has come.
    package func progress(of account: StoredAccount) throws -> [ResourceName: ResourceProgress] {
        try look { try $0.progress(of: account.id) }
    }

    /// What polls of each resource have taught of its pace.
    package func paces(of account: StoredAccount) throws -> [ResourceName: ResourcePace] {
        try look { try $0.paces(of: account.id) }
    }

    /// What is known of the presence of each resource's records.
    package func presenceTallies(of account: StoredAccount) throws -> [ResourceName: PresenceTally] {
        try look { try $0.tallies(of: account.id) }
    }

    /// The instance that the account's records came from.
    package func instance(of account: StoredAccount) throws -> String? {
        try look { try $0.instance(of: account.id) }
    }

    /// By which records are known again.
    package func fingerprintKey() throws -> FingerprintKey? { try look { try $0.fingerprintKey() } }
}
