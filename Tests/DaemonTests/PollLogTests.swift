// What the log of an account's polling says again, and what it does not.

import ChangeFeed
import Logging
import StagedStores
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

    private func committed(_ name: String) -> AccountMachine.News {
        var plan = ResourcePlan.ofStagedContacts
        plan.name = ResourceName(name)
        let now = Instant(secondsSince1970: 1_795_536_000)
        let page = PageCommit(
            plan: plan, records: [], sighting: .search,
            detector: ChangeDetector(plan: plan, newsThreshold: .beginning, baselineIsComplete: true),
            progress: ResourceProgress(
                newsThreshold: .beginning, cursor: now, polledAt: now, baseline: .complete),
            budget: .init())
        return .committed(page, CommitSummary(), baselineEnded: false)
    }

    @Test("tells of a store that refuses once, for all resources and each reason, and when it takes all of them again")
    func refusingStore() {
        var log = log()
        for reason in ["no table", "no privilege", "no table"] {
            log.tell(.storeFailed(.count, ResourceName("contacts"), reason: reason))
            log.tell(.storeFailed(.commit, ResourceName("leads"), reason: reason))
        }
        let refused = [
            "warning a request could not be counted in the state store: no table",
            "warning a request could not be counted in the state store: no privilege",
        ]
        #expect(lines.all == refused)

        log.tell(committed("leads"))
        log.tell(.storeFailed(.commit, ResourceName("contacts"), reason: "no table"))
        #expect(lines.all.filter { !$0.hasPrefix("debug") } == refused)
        log.tell(committed("contacts"))
        #expect(lines.all.last { !$0.hasPrefix("debug") } == "notice the state store takes what is polled again")

        log.tell(.storeFailed(.commit, ResourceName("leads"), reason: "no table"))
        #expect(lines.all.last == "warning a page could not be written to the state store: no table")
    }

    @Test("warns of nothing that fails after the account is another daemon's")
    func afterTheEnd() {
        var log = log(isOver: true)
        log.tell(.storeFailed(.count, ResourceName("contacts"), reason: "another daemon leads"))
        #expect(lines.all == ["debug a request could not be counted in the state store: another daemon leads"])
    }
}
