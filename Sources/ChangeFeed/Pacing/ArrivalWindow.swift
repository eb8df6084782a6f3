// The per-second limit as the server counts it: by arrivals, of which we only know between which two moments they were.

/// Keeps every window of one second, wherever it starts and however long requests take on their way, within a limit.
///
/// A request arrives between its departure and its answer; opening a connection first, it may take long. Whatever window
/// the next request arrives in, the others in it have not been answered yet, or were answered within the second before it
/// departs. So it may depart while those are fewer than the limit.
package struct ArrivalWindow: Sendable, Equatable {
    private let limit: Int
    private let length: Duration
    /// When requests were answered, or will have been, oldest first; those a window ago have been forgotten.
    private var answered: [Instant] = []

    /// - Parameter requestsPerSecond: above 0. Of 2.5, two fit in a second; of 0.5, one in two seconds.
    package init(requestsPerSecond: Double) {
        limit = max(1, Int(requestsPerSecond.rounded(.down)))
        length = .microseconds(Int64((max(1, 1 / requestsPerSecond) * 1_000_000).rounded(.up)))
    }

    /// The same requests, under another limit.
    ///
    /// A window is longer than a second only where one request fits in it, and the latest answer is never forgotten.
    init(requestsPerSecond: Double, after former: ArrivalWindow) {
        self.init(requestsPerSecond: requestsPerSecond)
        answered = former.answered
    }

    /// When the next request may depart; nil while only an answer can change that.
    ///
    /// - Parameter inFlight: requests that have departed and not been answered.
    package func opens(at now: Instant, inFlight: Int) -> Instant? {
        let recent = answered.filter { $0 + length > now }
        let room = limit - inFlight
        if recent.count < room { return now }
        guard room > 0 else { return nil }
        return recent[recent.count - room] + length
    }

    /// A request was answered, or failed for good.
    package mutating func answer(at now: Instant) {
        answered.removeAll { $0 + length <= now }
        answered.insert(now, at: answered.firstIndex { $0 > now } ?? answered.endIndex)
    }

    /// So many requests of another process are on their way, and will have arrived by then.
    package mutating func expect(_ requests: Int, until latest: Instant) {
        for _ in 0..<requests { answer(at: latest) }
    }
}
