// How the watchdog knows that a loop is alive: it answers.

/// A loop that can be asked whether it still turns.
package protocol LivenessProbe: Sendable {
    /// Returns once the loop itself has read the question.
    func answers() async
}
