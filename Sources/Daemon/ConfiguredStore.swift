// The one place where it is said which engine a store is of.

import ChangeStore
import DaemonConfiguration
import EventStore

extension ConfigurationFile {
    /// The state store of these settings.
    package func store(of settings: DaemonSettings, environment: [String: String]) -> any StoreLocation {
        SQLiteLocation(path: storePath(settings, environment: environment))
    }
}
