// The one place where it is said which engine a store is of.

import ChangeStore
import DaemonConfiguration
import EventStore
import Fleet
import PostgresStore

extension ConfigurationFile {
    /// The state store of these settings.
    package func store(of settings: DaemonSettings, environment: [String: String]) -> any StoreLocation {
        SQLiteLocation(path: storePath(settings, environment: environment))
    }
}

extension StateStore {
    /// The leases of its accounts, where daemons share it, and what this process is called in them.
    func leases(_ terms: LeaseTerms) -> (DaemonID, any LeaseStore)? {
        guard let store = self as? PostgresStore, let place = store.location as? PostgresLocation else { return nil }
        return (DaemonID(place.holder), store.leases(terms))
    }
}
