// What the polling of an account says in the log: what is news, and not each time it happens.

import ChangeFeed
import ChangeStore
import Logging

/// Remembers what the operator has been told of polling.
struct PollLog {
    let logger: Logger
    private var lastProblem: [ResourceName: String] = [:]
    private var holdUps = HoldUpNews()
    /// Of the way in which resources are read.
    private var warned: Set<String> = []
    private var areStretched = false

    init(logger: Logger) {
        self.logger = logger
    }

    /// Whether it was said that requests wait.
    var isWaiting: Bool { holdUps.isWaiting }

    mutating func commit(_ summary: CommitSummary, page: PageCommit, baselineEnded: Bool) {
        let name = page.plan.name
        if lastProblem.removeValue(forKey: name) != nil {
            logger.notice("polling works again", metadata: ["resource": "\(name)"])
        }
        logger.log(
            level: summary.events > 0 ? .info : .debug, "read a page",
            metadata: [
                "resource": "\(name)", "records": .stringConvertible(summary.records),
                "created": .stringConvertible(summary.created),
                "updated": .stringConvertible(summary.updated), "deleted": .stringConvertible(summary.deleted),
                "learned": .stringConvertible(summary.learned),
                "cursor": "\(page.progress.cursor.iso8601)",
            ])
        if let warning = page.warning, warned.insert("\(name): \(warning)").inserted {
            logger.warning("\(warning)", metadata: ["resource": "\(name)"])
        }
        if baselineEnded { logger.info("learned what is there", metadata: ["resource": "\(name)"]) }
    }

    func notice(_ notice: APINotice) {
        logger.log(level: notice.isWarning ? .warning : .notice, "\(notice)")
    }

    func notice(_ notice: PresenceNotice, of name: ResourceName) {
        logger.log(level: notice.isAlarming ? .error : .notice, "\(notice)", metadata: ["resource": "\(name)"])
    }

    func held(_ held: some CustomStringConvertible, of name: ResourceName) {
        logger.error("\(held)", metadata: ["resource": "\(name)"])
    }

    /// Where the stop came first, nothing failed.
    mutating func storeProblem(_ text: String, _ error: any Error, of name: ResourceName) {
        guard !(error is StoppedWaiting) else { return }
        problem("\(text): \(error)", of: name)
    }

    /// A failure is logged when it changes, not each time it happens.
    mutating func problem(_ text: String, of name: ResourceName) {
        guard lastProblem.updateValue(text, forKey: name) != text else { return }
        logger.warning("\(text)", metadata: ["resource": "\(name)"])
    }

    /// Intervals that are not kept are told of once, and when they are kept again.
    mutating func stretch(_ stretched: [(name: ResourceName, interval: Duration)]) {
        guard stretched.isEmpty == areStretched else { return }
        areStretched = !stretched.isEmpty
        guard areStretched else {
            return logger.notice("the quota has room for the configured intervals again")
        }
        let intervals = stretched.map { "\($0.name) every \(Int($0.interval.inSeconds.rounded(.up))) s" }
        logger.warning(
            """
            the quota has no room for the configured intervals, so they are stretched: \(intervals.joined(separator: ", ")). \
            `insightly-webhooks check --online` says what is affordable
            """)
    }

    mutating func holdUp(of feed: AccountFeed, at now: Instant) {
        let reason = feed.holdUp
        if reason == .spread { logger.debug("requests wait: \(RequestBudget.Reason.spread.rawValue)") }
        switch holdUps.take(reason, until: feed.holdUpUntil, isTrying: feed.budget.isTrying, at: now) {
        case .waits(let line)?: logger.warning("\(line)")
        case .goesOn?: logger.notice("requests go out again")
        case nil: break
        }
    }
}
