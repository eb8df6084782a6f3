// Whether the API still leads to the instance that the known records came from.

/// Asks `GET /Instance` once a process, before the first poll where the store knows of an instance, and after the first
/// page where it does not.
///
/// Records of two instances have nothing in common, and an event that was made up of them cannot be taken back; a poll
/// that waits costs lateness, and no change. So where the store knows of an instance, polls wait through failures that
/// pass. An API that does not know the path, or refuses it for good, is polled all the same, and asked again now and then.
/// So is one that fails on this path for an hour; whether it fails on all others as well cannot be told from here, so the
/// first page that comes then has the instance asked for once more before it is written.
package struct InstanceCheck: Sendable {
    package enum Verdict: Sendable, Equatable {
        case same
        /// Nobody knew before.
        case learned(String)
        case another(known: String, found: String)
        case unknown
        /// Not yet, and nothing is polled before.
        case awaited
    }

    package enum Hold: Sendable, Equatable {
        case none
        /// nil: not before an answer comes.
        case held(until: Instant?)
    }

    package static let request = APIRequest(target: RequestTarget(path: "/Instance"), purpose: .poll)

    private enum State: Sendable {
        case due(Instant)
        /// Nothing to compare with, and nothing read yet: the first page goes first.
        case afterFirstPage
        case asked
        case answered
        case refused
    }

    private var state: State
    private var known: String?
    private var holds: Bool
    private var failures = 0
    /// Those after which the polls did not wait, or no longer.
    private var failuresUnheld = 0
    /// For how long the API has been there, and this path has failed.
    private var counted: Duration = .zero
    /// From when on more is to be added; nil: the last answer says nothing of the time after it.
    private var countsSince: Instant?
    /// A page has come although this path failed.
    private var hasSeenPage = false
    /// While polls wait for a failure to pass.
    private(set) var wait: APIHealth.InstanceWait?
    private var notice: APINotice?
    private var told: APINotice?

    /// - Parameters:
    ///   - known: the instance that the store's records came from; nil where nobody knows, so that there is nothing to
    ///     keep apart.
    ///   - wait: where the process before this one still waited. What it counted holds on, so that restarts do not make
    ///     the hour longer; the time between them does not count.
    package init(known: String?, wait: APIHealth.InstanceWait? = nil, at now: Instant) {
        self.known = known
        if known != nil, let wait {
            counted = min(wait.counted, Limits.instanceHolds)
            self.wait = APIHealth.InstanceWait(since: min(wait.since, now), status: wait.status, counted: counted)
        }
        state = known == nil ? .afterFirstPage : .due(now)
        holds = known != nil
    }

    package func isDue(at now: Instant) -> Bool {
        if case .due(let from) = state { return from <= now }
        return false
    }

    package func holdsPolls(at now: Instant) -> Hold {
        switch state {
        case .refused: .held(until: nil)
        case .due(let from) where holds: .held(until: max(from, now))
        case .asked where holds: .held(until: nil)
        default: .none
        }
    }

    /// This path failed for so long that polls go out all the same.
    private var isOverdue: Bool { known != nil && counted >= Limits.instanceHolds && !holds }

    /// Whether a page that came is to be written. Where polls went out because all failed for an hour, the first page shows
    /// that the API is back, and this path may tell again which instance it is; until then the page is left out, and read
    /// again afterwards.
    mutating func accepts(pageAt now: Instant) -> Bool {
        switch state {
        case .refused:
            return false
        case .answered, .afterFirstPage:
            return true
        case .due, .asked:
            guard isOverdue, !hasSeenPage else { return !holds }
            (hasSeenPage, holds) = (true, true)
            if case .due = state { state = .due(now) }
            return false
        }
    }

    mutating func pageCame(at now: Instant) {
        if case .afterFirstPage = state { state = .due(now) }
    }

    mutating func asked() { state = .asked }

    mutating func postpone(until: Instant) { state = .due(until) }

    /// The request could not be made, and that is not the API's fault.
    mutating func notAsked(at now: Instant) { state = .due(now + Limits.shortageBackoff.longest) }

    /// The operator says that what failed is mended.
    mutating func endRest() {
        if case .due = state { state = .due(.distantPast) }
    }

    /// What the operator should know, once.
    mutating func takeNotice() -> APINotice? {
        defer { notice = nil }
        return notice
    }

    private mutating func tell(_ news: APINotice) {
        if news != told { (notice, told) = (news, news) }
    }

    mutating func took(_ result: APIResult, at now: Instant, jitter: Double) -> Verdict {
        switch InstanceAnswer(result) {
        case .name(let found):
            (holds, wait) = (false, nil)
            return compare(found)
        case .untold:
            (holds, wait) = (false, nil)
            return askAgainLater(at: now, jitter: jitter)
        case .passing(let status, let isThere):
            count(isThere: isThere, at: now)
            if isThere, counted >= Limits.instanceHolds {
                (holds, wait) = (false, nil)
                return askAgainLater(at: now, jitter: jitter)
            }
            failures += 1
            // What a 429 asks for, the budget heeds for all requests.
            let told = status == 429 ? nil : (try? result.get())?.retryAfter.map { min($0, Limits.longestPause) }
            state = .due(now + max(told ?? .zero, Limits.failureBackoff.wait(afterFailures: failures, jitter: jitter)))
            guard holds else { return .unknown }
            wait = APIHealth.InstanceWait(since: wait?.since ?? now, status: status, counted: counted)
            tell(.instanceAwaited(known: known ?? "", status: status))
            return .awaited
        }
    }

    /// The time from an answer to the next counts where a poll might have fared better than that answer. Where nothing is
    /// reached at all, or all is refused by a 429, no poll would be answered either, and waiting costs nothing. What was
    /// counted before such a failure stays counted: a dial may fail now and then for good.
    private mutating func count(isThere: Bool, at now: Instant) {
        if let countsSince { counted = min(counted + max(.zero, now - countsSince), Limits.instanceHolds) }
        countsSince = isThere ? now : nil
    }

    private mutating func compare(_ found: String) -> Verdict {
        state = .answered
        guard let known else {
            self.known = found
            return .learned(found)
        }
        if known == found {
            if told != nil { tell(.instanceIsSame) }
            return .same
        }
        state = .refused
        return .another(known: known, found: found)
    }

    private mutating func askAgainLater(at now: Instant, jitter: Double) -> Verdict {
        tell(.instanceUntold(known: known))
        failuresUnheld += 1
        state = .due(now + Limits.instanceBackoff.wait(afterFailures: failuresUnheld, jitter: jitter))
        return .unknown
    }
}

/// What an answer to `GET /Instance` tells.
private enum InstanceAnswer {
    case name(String)
    /// The API does not know the path, refuses it, or names no instance: asking again soon tells nothing more.
    case untold
    /// It may well tell the next time.
    ///
    /// - isThere: whether anything came that is this path's own answer, so that polls may fare better.
    case passing(status: Int?, isThere: Bool)

    init(_ result: APIResult) {
        switch result {
        case .failure(.shortage), .failure(.unreachable), .failure(.tlsFailed), .failure(.connectTimedOut):
            self = .passing(status: nil, isThere: false)
        case .failure(.timedOut), .failure(.brokenOff), .failure(.tooLarge):
            self = .passing(status: nil, isThere: true)
        case .success(let response):
            self = Self.reading(response)
        }
    }

    private static func reading(_ response: APIResponse) -> Self {
        switch response.status {
        case 200...299: named(response)
        case 429: .passing(status: 429, isThere: false)
        case 408, 425: .passing(status: response.status, isThere: true)
        case 400...499, 501: .untold
        default: .passing(status: response.status, isThere: true)
        }
    }

    /// The name that the instance has in addresses: its other one is for people, and changes more easily.
    private static func named(_ response: APIResponse) -> Self {
        if response.body.isEmpty { return .untold }
        // A page for people, or an answer cut short, is not the instance's.
        guard let json = try? RawJSON.read(response.body) else {
            return .passing(status: response.status, isThere: true)
        }
        let name = json.value(at: FieldPath("INSTANCE_SUBDOMAIN"))?.decodedString ?? ""
        return name.isEmpty ? .untold : .name(name.lowercased())
    }
}
