// What the daemon asks of its loops.

/// A loop that works off letters until it is told to stop.
protocol ServiceLoop: Sendable {
    /// Returns once it was told to stop, and what was in flight has ended.
    func run() async

    /// Returns once the loop itself has read the question: how the watchdog knows that it is alive.
    func answers() async

    /// Nothing new is begun from now on.
    func stop()
}
