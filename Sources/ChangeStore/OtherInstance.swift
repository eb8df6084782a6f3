// What an operator decides of a store whose key leads to another instance, while no daemon runs on it.

import ChangeFeed
import EventStore
import Foundation

extension ChangeStore {
    /// Opens the store in the daemon's place, for a command that is not to make one.
    package static func existing(at path: String) throws(StoreProblem) -> ChangeStore {
        guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path) }
        return try ChangeStore(path: path)
    }

    /// The account's records are those of this instance from now on.
    ///
    /// - Parameter anew: it is another instance indeed: whatever is known of the former one is compared with nothing any
    ///   more, and its quota tells nothing. Events that wait are still delivered.
    /// - Returns: false where no daemon has used the account yet.
    package func takeUp(
        instance: String, anew: Bool, ofAccount name: String, at now: Instant
    ) throws(StoreProblem) -> Bool {
        try usable {
            guard let account = try account(named: name) else { return false }
            try account.transact { try TakeUpInstance(instance, anew: anew, of: account.account, at: now).run(in: $0) }
            return true
        }
    }
}
