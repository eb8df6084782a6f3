// What the log of an account's polling says again, and what it does not.

import ChangeFeed
import Logging
import Testing

@testable import Daemon

@Suite("The log of polling")
struct PollLogTests {
    private let lines = LoggedLines()

    private func log(isOver: Bool = false) -> PollLog {
        let lines = lines
        return PollLog(
            logger: Logger(label: "test") { _ in lines },
            api: { preconditionFailure("no answer came to give advice on") }, clock: SteadyClock(), isOver: { isOver })
    }

    @Test("tells of a store that refuses once, for all resources, and of what it refuses for next")
    func refusingStore() {
        var log = log()
        for reason in ["no table", "no table", "no privilege"] {
            log.tell(.storeFailed(.count, ResourceName("contacts"), reason: reason))
            log.tell(.storeFailed(.commit, ResourceName("leads"), reason: reason))
        }

        #expect(
            lines.all == [
                "warning a request could not be counted in the state store: no table",
                "warning a request could not be counted in the state store: no privilege",
            ])
    }

    @Test("warns of nothing that fails after the account is another daemon's")
    func afterTheEnd() {
        var log = log(isOver: true)
        log.tell(.storeFailed(.count, ResourceName("contacts"), reason: "another daemon leads"))
        #expect(lines.all == ["debug a request could not be counted in the state store: another daemon leads"])
    }
}
