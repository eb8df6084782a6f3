// What the polling of an account says in the log: what is news, and not each time it happens.

import ChangeFeed
import DaemonConfiguration
import Logging

/// Remembers what the operator has been told of polling.
struct PollLog {
    let logger: Logger
    /// Of the moment.
    let api: @Sendable () -> APISettings
    let clock: SteadyClock
    private var lastProblem: [ResourceName: String] = [:]
    private var storeFailures = StoreFailureNews()
    private var holdUps = HoldUpNews()
    /// Of the way in which resources are read.
    private var warned: Set<String> = []
    private var areStretched = false
    /// Whether nothing is polled here any more: what fails then is nobody's concern.
    private let isOver: @Sendable () -> Bool

    init(
        logger: Logger, api: @escaping @Sendable () -> APISettings, clock: SteadyClock,
        isOver: @escaping @Sendable () -> Bool
    ) {
        self.logger = logger
        self.api = api
        self.isOver = isOver
        self.clock = clock
    }

    mutating func tell(_ news: AccountMachine.News) {
        switch news {
        case .problem(let problem, let name): tell(problem, of: name)
        case .storeFailed(.count, let name, let reason):
            tell(storeFailure: reason, "a request could not be counted in the state store", of: name)
        case .storeFailed(.commit, let name, let reason):
            tell(storeFailure: reason, "a page could not be written to the state store", of: name)
        case .api(let notice): logger.log(level: notice.isWarning ? .warning : .notice, "\(notice)")
        case .committed(let page, let summary, let baselineEnded):
            tell(summary, page: page, baselineEnded: baselineEnded)
        case .presence(let notice, let name):
            logger.log(level: notice.isAlarming ? .error : .notice, "\(notice)", metadata: ["resource": "\(name)"])
        case .held(let held, let name): logger.error("\(held)", metadata: ["resource": "\(name)"])
        case .instanceLearned(let name):
            logger.info("the store belongs to this instance from now on", metadata: ["instance": "\(name)"])
        case .planned(let notices):
            // What a resource was refused for ends with the resource, too.
            storeFailures = StoreFailureNews()
            for notice in notices {
                logger.log(level: notice.level, "\(notice.description)", metadata: notice.metadata)
            }
            logger.info("polling goes by the new configuration")
        case .planWaits(let reason):
            logger.warning(
                "polling goes by the configuration of before until the state store takes the new one; trying again: \(reason)"
            )
        case .apiResumed: logger.notice("the API is tried again at once, as was asked for")
        case .rests(let rest):
            tell(stretched: rest.stretched)
            tell(holdUp: rest)
        }
    }

    private mutating func tell(_ problem: PageProblem, of name: ResourceName) {
        guard problem.remedy != .held || !holdUps.isWaiting else { return }
        let advice = problem.status.flatMap { api().advice(afterStatus: $0) }
        tell(([problem.description] + (advice.map { [$0] } ?? [])).joined(separator: ". "), of: name)
    }

    private mutating func tell(_ summary: CommitSummary, page: PageCommit, baselineEnded: Bool) {
        let name = page.plan.name
        if lastProblem.removeValue(forKey: name) != nil {
            logger.notice("polling works again", metadata: ["resource": "\(name)"])
        }
        if storeFailures.took(name) { logger.notice("the state store takes what is polled again") }
        logger.log(
            level: summary.events > 0 ? .info : .debug, "read a page",
            metadata: [
                "resource": "\(name)", "records": .stringConvertible(summary.records),
                "created": .stringConvertible(summary.created),
                "updated": .stringConvertible(summary.updated), "deleted": .stringConvertible(summary.deleted),
                "learned": .stringConvertible(summary.learned),
                "cursor": "\(page.progress.cursor.iso8601)",
            ])
        if !summary.relearned.isEmpty {
            logger.warning(
                "what was known of these records could not be read in the state store, which was damaged; they are learned anew",
                metadata: [
                    "resource": "\(name)",
                    "records": "\(summary.relearned.map(\.text).joined(separator: ", "))",
                ])
        }
        if let warning = page.warning, warned.insert("\(name): \(warning)").inserted {
            logger.warning("\(warning)", metadata: ["resource": "\(name)"])
        }
        if baselineEnded { logger.info("learned what is there", metadata: ["resource": "\(name)"]) }
    }

    /// A failure is logged when it changes, not each time it happens.
    private mutating func tell(_ text: String, of name: ResourceName) {
        guard lastProblem.updateValue(text, forKey: name) != text else { return }
        logger.log(level: isOver() ? .debug : .warning, "\(text)", metadata: ["resource": "\(name)"])
    }

    private mutating func tell(storeFailure reason: String, _ what: String, of name: ResourceName) {
        guard storeFailures.isNews(reason, of: name) else { return }
        logger.log(level: isOver() ? .debug : .warning, "\(what): \(reason)", metadata: ["resource": "\(name)"])
    }

    /// Intervals that are not kept are told of once, and when they are kept again.
    private mutating func tell(stretched: [(name: ResourceName, interval: Duration)]) {
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

    private mutating func tell(holdUp rest: AccountMachine.Rest) {
        if rest.holdUp == .spread { logger.debug("requests wait: \(RequestBudget.Reason.spread.rawValue)") }
        switch holdUps.take(rest.holdUp, until: rest.until, isTrying: rest.isTrying, at: clock.now) {
        case .waits(let line)?: logger.warning("\(line)")
        case .goesOn?: logger.notice("requests go out again")
        case nil: break
        }
    }
}

/// A store that refuses is the trouble of all resources, and told of once; it is over when each that it was refused for has
/// been written.
private struct StoreFailureNews {
    private var failing: Set<ResourceName> = []
    private var told: Set<String> = []

    mutating func isNews(_ reason: String, of name: ResourceName) -> Bool {
        failing.insert(name)
        return told.insert(reason).inserted
    }

    /// - Returns: whether it is over with that.
    mutating func took(_ name: ResourceName) -> Bool {
        guard failing.remove(name) != nil, failing.isEmpty else { return false }
        told = []
        return true
    }
}
