// The one place where it is said which engine a store is of.

import ChangeStore
import DaemonConfiguration
import EventStore
import Fleet
import Foundation
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
        // Beside where a store in a file would be.
        let directory = (storePath(settings, environment: environment) as NSString).deletingLastPathComponent
        return try ConfiguredStore.location(
            address: url.revealedText, timelines: TimelineWatch(file: directory + "/postgresql-timelines"))
    }
}

package enum ConfiguredStore {
    /// What the server lists the sessions of this process under, and others know it by as a holder of leases: of 63 bytes at
    /// most. Drawn anew by each process, so that none is ever taken for the one before it.
    private static let holder: String = {
        let host = ProcessInfo.processInfo.hostName.utf8.filter { $0 > 32 && $0 < 127 }.prefix(24)
        let drawn = String(UInt64.random(in: 0...(.max)), radix: 36)
        return "insightly-webhooks \(String(decoding: host, as: UTF8.self)) \(drawn)"
    }()

    /// A store in PostgreSQL.
    static func location(
        address: String, of name: String = "store.url", timelines: TimelineWatch = TimelineWatch()
    ) throws(StoreProblem) -> any StoreLocation {
        do {
            return PostgresLocation(
                try PostgreSQLAddress(address), holder: holder, timelines: timelines, copying: .toFiles)
        } catch {
            throw StoreProblem("the state store of \(name) cannot be used: \(error)", trouble: .failing)
        }
    }

    /// A store as somebody names it beside the configuration: by an address, or else by the path of a file.
    ///
    /// - Parameter option: what the name was given by.
    package static func location(
        named name: String, by option: String
    ) throws(StoreProblem) -> any StoreLocation {
        guard isAddress(name) else {
            return SQLiteLocation(path: URL(fileURLWithPath: name).standardizedFileURL.path)
        }
        return try location(address: name, of: option)
    }

    /// A path that begins like an address, or has what libpq's addresses have, can be written with `./` before it.
    private static func isAddress(_ name: String) -> Bool {
        ["postgresql://", "postgres://"].contains(where: name.hasPrefix)
            || name.prefixMatch(of: /\s*[a-z_]+\s*=/) != nil
    }
}

extension StoreAddressCheck {
    /// By libpq. Where that is missing, nothing can be said of an address: then the store cannot be opened.
    static let byLibrary = StoreAddressCheck { address in
        do {
            let address = try PostgreSQLAddress(address)
            let hosts = address.targets.compactMap(\.host)
            return .address(
                .init(password: address.password, names: [address.user, address.database].compactMap(\.self) + hosts))
        } catch let problem as PostgreSQLAddressProblem {
            return .wrong("cannot be used: \(problem)")
        } catch {
            return .unknown
        }
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

extension StateStore {
    /// The leases of its accounts, where daemons share it, and what this process is called in them.
    func leases(_ terms: LeaseTerms) -> (DaemonID, any LeaseStore)? {
        guard let store = self as? PostgresStore, let place = store.location as? PostgresLocation else { return nil }
        return (DaemonID(place.holder), store.leases(terms))
    }
}
