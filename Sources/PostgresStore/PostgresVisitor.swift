// A store that is opened beside its daemon.

import ChangeFeed
import EventStore
import PostgreSQLClient

struct PostgresVisitor: StoreVisitor {
    let store: PostgresStore
    let account: String
    let location: PostgresLocation

    var place: String { store.location.place }
    var isShared: Bool { location.isShared }

    /// Whether the account's lease is held; nil where that cannot be asked.
    var hasDaemon: Bool? {
        do { return try store.sharing(of: account).leadership != nil } catch { return nil }
    }

    func sharing() throws(StoreProblem) -> Sharing? {
        do { return try store.sharing(of: account) } catch { throw StoreProblem(postgres: error, at: place) }
    }

    func look<Answer>(_ verb: (any StoreReading) throws -> Answer) throws(StoreProblem) -> Answer? {
        try visit { try $0.look(verb) }
    }

    func transact<Answer>(_ verb: (any StoreTransaction) throws -> Answer) throws(StoreProblem) -> Answer? {
        try visit { engine in
            // Its daemon, or another visitor, may have given out the same number meanwhile: then it is asked anew.
            for _ in 0..<PostgresLimits.triesOfVisitor {
                do { return try engine.transact(verb) } catch {
                    let isTaken = (error as? PostgreSQLFailure)?.trouble == .uniqueViolation
                    guard isTaken || StoreFailure(postgres: error)?.trouble == .locked else { throw error }
                }
            }
            return try engine.transact(verb)
        }
    }

    private func visit<Answer>(_ work: (PostgresAccountStore) throws -> Answer) throws(StoreProblem) -> Answer? {
        do { return try store.account(named: account).map(work) } catch {
            throw StoreProblem(postgres: error, at: place)
        }
    }

    func copy(
        to path: String, isReplacing: Bool, goesOn: @escaping (CopyProgress) -> Bool
    ) throws(StoreCopyProblem) -> StoreCopy {
        guard let copying = location.copying else {
            throw .notWritten(path: path, reason: "nobody here knows how to write such a file")
        }
        let moment: PostgresStore
        do { moment = try PostgresStore(momentOf: location) } catch {
            throw .store(StoreProblem(postgres: error, at: place))
        }
        defer { moment.finish() }
        return try copying.copy(moment, path, isReplacing, goesOn)
    }
}
