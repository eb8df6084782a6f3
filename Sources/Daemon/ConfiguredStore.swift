// The one place where it is said which engine a store is of.

import ChangeStore
import DaemonConfiguration
import EventStore
import PostgreSQLClient
import PostgresStore

extension ConfigurationFile {
    /// The state store of these settings.
    ///
    /// - Throws: `StoreProblem` where this machine lacks what speaks to it.
    package func store(
        of settings: DaemonSettings, environment: [String: String]
    ) throws(StoreProblem) -> any StoreLocation {
        guard let url = settings.store.url else {
            return SQLiteLocation(path: storePath(settings, environment: environment))
        }
        return try ConfiguredStore.location(address: url.revealedText)
    }
}

package enum ConfiguredStore {
    /// A store in PostgreSQL.
    static func location(address: String) throws(StoreProblem) -> any StoreLocation {
        do { return PostgresLocation(try PostgreSQLAddress(address)) } catch {
            throw StoreProblem("the state store of store.url cannot be used: \(error)", trouble: .failing)
        }
    }
}

extension StoreAddressCheck {
    /// By libpq. Where that is missing, nothing can be said of an address: then the store cannot be opened.
    static let byLibrary = StoreAddressCheck { address in
        do { _ = try PostgreSQLAddress(address) } catch let problem as PostgreSQLAddressProblem {
            return "cannot be used: \(problem)"
        } catch {}
        return nil
    }

    /// Where libpq is missing.
    static var missingLibrary: ConfigurationProblem? {
        do { try PostgreSQLAddress.requireLibrary() } catch {
            return ConfigurationProblem(
                key: "store.url", wrong: "cannot be used here: \(error.wrong)", right: error.right)
        }
        return nil
    }
}
