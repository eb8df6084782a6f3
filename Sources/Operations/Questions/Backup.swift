// A copy of the state store while the daemon goes on: everything to go on from, at one moment.

import ChangeFeed
import EventStore

/// Writes it into a file, and looks it through for damage before it gets its name.
package struct Backup: Question {
    package struct Report: Sendable, Encodable, Equatable {
        package let file: String
        package let bytes: Int
        /// Of the last event in its log; 0 where nothing was ever detected.
        package let lastSequence: Int
    }

    private let path: String
    private let isReplacing: Bool
    private let goesOn: @Sendable (CopyProgress) -> Bool

    /// - Parameters:
    ///   - path: of the copy; a directory that is there, and another file than the store.
    ///   - isReplacing: a file of this name may be there.
    ///   - goesOn: is told how far it is, now and then; false ends it, and nothing is left of it.
    package init(
        to path: String, isReplacing: Bool = false, goesOn: @escaping @Sendable (CopyProgress) -> Bool = { _ in true }
    ) {
        self.path = path
        self.isReplacing = isReplacing
        self.goesOn = goesOn
    }

    package func answer(in scope: OperationScope) throws(OperationProblem) -> Report {
        do throws(StoreCopyProblem) {
            let copy = try scope.store.copy(to: path, isReplacing: isReplacing, goesOn: goesOn)
            return Report(file: path, bytes: copy.bytes, lastSequence: copy.lastSequence)
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
