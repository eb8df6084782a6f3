// What makes the whole account wait: a 429, a refused key, an API that answers with errors only.

/// The raw values are what metrics and `status` call it.
package enum PauseCause: String, Sendable, Equatable, CaseIterable {
    case throttled
    case dayUsedUp = "day_used_up"
    case failing
    case unauthorized

    package var reason: RequestBudget.Reason {
        switch self {
        case .throttled: .throttled
        case .dayUsedUp: .dayUsedUp
        case .failing: .failing
        case .unauthorized: .unauthorized
        }
    }
}

/// Remembers until when nothing is asked, and lets one request try whether that is over before the others follow.
struct InstancePause: Sendable {
    private(set) var pause: (until: Instant, cause: PauseCause)?
    private var throttlesInARow = 0
    private var refusalsInARow = 0
    private var errorsInARow = 0
    /// Whose requests those were.
    private var failing: Set<ResourceName> = []
    /// Without those that were refused the key since.
    private var lastSuccess: [ResourceName: Instant] = [:]
    /// What was answered well before it was refused the key, since anything was answered well.
    private var refused: Set<ResourceName> = []
    /// Nothing was answered well since the last pause began.
    private(set) var isTrying = false

    /// Takes up the pause of the process before this one.
    mutating func takeUp(until: Instant?, cause: PauseCause) {
        guard let until else { return }
        pause = (until, cause)
        isTrying = true
    }

    /// The operator says that it is over; one request finds out.
    mutating func end() {
        self = InstancePause()
        isTrying = true
    }

    /// To be kept over restarts: what the API asked for by a 429.
    var memory: Instant? {
        pause.flatMap { [.throttled, .dayUsedUp].contains($0.cause) ? $0.until : nil }
    }

    func isPaused(at now: Instant) -> Bool { pause.map { $0.until > now } ?? false }

    func wait(at now: Instant, inFlight: Int) -> RequestBudget.Grant? {
        if let pause, pause.until > now { return .wait(until: pause.until, pause.cause.reason) }
        return isTrying && inFlight > 0 ? .wait(until: nil, .inFlight) : nil
    }

    /// - Parameters:
    ///   - resource: whose request was answered.
    ///   - remaining: of the day, as far as it is known.
    ///   - jitter: 0..<1, spreads returns out.
    mutating func take(
        _ response: APIResponse, of resource: ResourceName, remaining: Int?, at now: Instant, jitter: Double
    ) {
        switch response.status {
        case 429:
            // Those in flight beside the first that was refused tell nothing new.
            if !isPaused(at: now) { throttlesInARow += 1 }
            begin(
                until: now + throttleWait(after: response, jitter: jitter),
                Self.cause(of: response, remaining: remaining))
        case 401:
            if lastSuccess.removeValue(forKey: resource) != nil { refused.insert(resource) }
            // Where the key works, what is refused is one resource, or a path that does not exist.
            guard !isAnswered(at: now) || refused.count > 1 else { break }
            if !isPaused(at: now) { refusalsInARow += 1 }
            begin(until: now + Limits.refusalBackoff.wait(afterFailures: refusalsInARow, jitter: jitter), .unauthorized)
        case 500...599:
            takeError(response, of: resource, at: now, jitter: jitter)
        case 200...299:
            lastSuccess[resource] = now
            refused = []
            (throttlesInARow, refusalsInARow) = (0, 0)
            instanceAnswers()
        default:
            // Whatever it refuses, it is there and answers.
            instanceAnswers()
        }
    }

    private mutating func instanceAnswers() {
        isTrying = false
        errorsInARow = 0
        failing = []
    }

    /// One resource that fails waits by itself. Errors for several, with nothing else between, are the instance's trouble.
    private mutating func takeError(
        _ response: APIResponse, of resource: ResourceName, at now: Instant, jitter: Double
    ) {
        failing.insert(resource)
        if !isPaused(at: now) { errorsInARow += 1 }
        let told = response.retryAfter.map { min($0, Limits.longestPause) }
        let excess = errorsInARow - Limits.errorsOfOneResource
        if excess > 0, failing.count > 1 {
            let backoff = Limits.failureBackoff.wait(afterFailures: excess, jitter: jitter)
            begin(until: now + max(backoff, told ?? .zero), .failing)
        } else if let told, response.status == 503, !isAnswered(besides: resource, at: now) {
            begin(until: now + told, .failing)
        }
    }

    /// Whether any resource, or any other one, was answered well within the last hour.
    private func isAnswered(besides resource: ResourceName? = nil, at now: Instant) -> Bool {
        lastSuccess.contains { $0.key != resource && now - $0.value < Limits.refusalBackoff.longest }
    }

    /// The whole instance waits as long as it was told to. One more second, as other clients of this API found they
    /// need, and some chance so that several daemons do not return together.
    private func throttleWait(after response: APIResponse, jitter: Double) -> Duration {
        let backoff = Limits.throttleBackoff.wait(afterFailures: throttlesInARow, jitter: jitter)
        guard let told = response.retryAfter else { return backoff }
        let wait = min(told, Limits.longestPause) + .milliseconds(Int64(250 + 750 * jitter))
        // An API that goes on refusing after the time it named does not mean what it says.
        return throttlesInARow > 2 ? max(wait, backoff) : wait
    }

    /// A day that is used up answers the same status as a second that is; only the numbers beside it tell which.
    private static func cause(of response: APIResponse, remaining: Int?) -> PauseCause {
        if let remaining = response.dailyRemaining ?? remaining { return remaining <= 0 ? .dayUsedUp : .throttled }
        return response.retryAfter.map { $0 >= Limits.longWait } ?? false ? .dayUsedUp : .throttled
    }

    private mutating func begin(until: Instant, _ cause: PauseCause) {
        isTrying = true
        if let pause, pause.until > until { return }
        pause = (until, cause)
    }
}
