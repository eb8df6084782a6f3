// What a daemon among several says in the log of its leases.

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
                nothing is begun for \(accounts) accounts: no renewal of their leases came back in time, and other \
                daemons may lead them by now
                """)
        case .goesOn(let accounts): logger.notice("\(accounts) accounts go on: their leases are still held")
        case .lost(let accounts): logger.warning("\(accounts) accounts are led by other daemons now")
        }
    }
}
