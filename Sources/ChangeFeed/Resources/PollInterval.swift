// How often a resource is polled, as it is wished for.

/// The time between two polls of a resource, as it is wished for.
package enum PollInterval: Sendable, Hashable {
    case every(Duration)
    /// As often as the budget allows, and most often where most changes.
    case auto
}
