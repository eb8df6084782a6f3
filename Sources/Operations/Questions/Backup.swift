// A copy of the state store while the daemon goes on: everything to go on from, at one moment.

import ChangeFeed
import DaemonConfiguration
import EventStore

/// Writes it into a file, and looks it through for damage before it gets its name.
package struct Backup: Question {
    package struct Report: Sendable, Encodable, Equatable {
        package let file: String
        package let bytes: Int
        /// Of the last event in its log; 0 where nothing was ever detected. Nil where the configuration names accounts.
        package let lastSequence: Int?
        /// Of a configuration that names accounts: each that the copy holds, by name.
        package let accounts: [AccountLog]?
    }

    /// Where the log of an account ends.
    package struct AccountLog: Sendable, Encodable, Equatable {
        package let account: String
        /// Of the last event in it; 0 where nothing was ever detected.
        package let lastSequence: Int
    }

    private let path: String
    private let isReplacing: Bool
    private let namesAccounts: Bool
    private let goesOn: @Sendable (CopyProgress) -> Bool

    /// - Parameters:
    ///   - path: of the copy; a directory that is there, and another file than the store.
    ///   - isReplacing: a file of this name may be there.
    ///   - namesAccounts: whether the configuration does.
    ///   - goesOn: is told how far it is, now and then; false ends it, and nothing is left of it.
    package init(
        to path: String, isReplacing: Bool = false, namesAccounts: Bool = false,
        goesOn: @escaping @Sendable (CopyProgress) -> Bool = { _ in true }
    ) {
        self.path = path
        self.isReplacing = isReplacing
        self.namesAccounts = namesAccounts
        self.goesOn = goesOn
    }

    package func answer(in scope: OperationScope) throws(OperationProblem) -> Report {
        do throws(StoreCopyProblem) {
            let copy = try scope.store.copy(to: path, isReplacing: isReplacing, goesOn: goesOn)
            return Report(copy, at: path, namesAccounts: namesAccounts)
        } catch {
            switch error {
            case .store(let problem): throw .store(problem)
            case .exists(let path): throw .fileExists(path)
            case .isStoreInUse(let path):
                throw .invalid(["\(path) is a state store that is in use, and no place for a copy; name another file"])
            case .notWritten(let path, let reason): throw .notWritten(path, reason: reason)
            case .stopped: throw .stopped
            }
        }
    }
}

extension Backup.Report {
    fileprivate init(_ copy: StoreCopy, at path: String, namesAccounts: Bool) {
        (file, bytes) = (path, copy.bytes)
        lastSequence = namesAccounts ? nil : copy.lastSequences[Plan.nameOfAccount] ?? 0
        accounts =
            namesAccounts
            ? copy.lastSequences.sorted { $0.key < $1.key }
                .map { Backup.AccountLog(account: $0.key, lastSequence: $0.value) }
            : nil
    }
}
