// What the daemon asks of both its loops, besides to run.

import ServiceLifecycle

/// A loop that works off letters until it is told to stop.
package protocol ServiceLoop: Service {
    /// Returns once the loop itself has read the question: how the watchdog knows that it is alive.
    func answers() async

    /// Nothing new is begun from now on; `run` returns once what is in flight has ended.
    func stop()
}
