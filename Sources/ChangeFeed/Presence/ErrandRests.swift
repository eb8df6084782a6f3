// What the API cannot answer for at present, kind by kind: one that fails always leaves the others be.

struct ErrandRests: Sendable {
    enum Kind: Sendable { case count, search, look, sweep }

    private var failures: [Kind: Int] = [:]
    private var until: [Kind: Instant] = [:]

    func from(_ kind: Kind) -> Instant { until[kind] ?? .distantPast }

    mutating func succeeded(_ kind: Kind) {
        failures[kind] = nil
        until[kind] = nil
    }

    /// - Returns: failures of this kind in a row.
    mutating func failed(_ kind: Kind, _ remedy: PageProblem.Remedy, at now: Instant, jitter: Double) -> Int {
        let count = failures[kind, default: 0] + 1
        failures[kind] = count
        let backoff = remedy == .retry ? Limits.failureBackoff : Limits.refusalBackoff
        until[kind] = now + backoff.wait(afterFailures: count, jitter: jitter)
        return count
    }

    /// It has failed so often that it is left alone for a while, and begun anew then.
    mutating func rest(_ kind: Kind, until instant: Instant) {
        failures[kind] = nil
        until[kind] = instant
    }
}
