// What a daemon among several says in the log of its leases.

import ChangeFeed
import Fleet
import Logging

struct FleetLog: Sendable {
    let logger: Logger

    func tell(_ news: FleetMachine.News) {
        switch news {
        case .storeFailed(let reason): logger.warning("the leases of accounts could not be seen to: \(reason)")
        case .rests(let accounts):
            logger.error(
                """
                nothing is begun for \(accounts.counted("account")): no renewal of leases came back in time, and other \
                daemons may lead by now what this one led
                """)
        case .goesOn(let accounts):
            logger.notice("what rested goes on: \(accounts.counted("account")), of which the leases are still held")
        case .lost(let accounts): logger.warning("other daemons lead by now, or led meanwhile, \(Self.named(accounts))")
        case .took(let accounts, nil): logger.info("this daemon leads \(Self.named(accounts))")
        case .took(let accounts, let former?):
            logger.notice(
                """
                this daemon takes over \(Self.named(accounts)) from \(former), whose lease was over: it was killed, held \
                up, or cut off from the database
                """)
        case .gives(let accounts): logger.notice("daemons that lead fewer get \(Self.named(accounts))")
        }
    }

    /// - Parameter accounts: in order; at least one.
    private static func named(_ accounts: [String]) -> String {
        let names = accounts.prefix(namesShown).joined(separator: ", ")
        let rest = accounts.count - namesShown
        return accounts.count.counted("account") + ": " + names + (rest > 0 ? " and \(rest) more" : "")
    }

    private static let namesShown = 10
}
