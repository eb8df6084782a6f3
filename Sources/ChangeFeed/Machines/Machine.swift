// What the daemon's loops are: values that are told what happened, and say what is to be done.

/// A loop of the daemon without its clock, its network and its store.
///
/// Whoever runs one tells it everything that happened since it last looked (`take`), and then performs, in their order,
/// the effects it asks for (`effects`), until `isDone`. At `alarm` it wants to be told `wake`, whatever else happens.
/// One loop performs effects for real; one other performs them in virtual time.
package protocol Machine: Sendable {
    associatedtype Input: Sendable
    associatedtype Effect: Sendable

    /// That the time has come which `alarm` said, or that there may be something new to look at.
    static var wake: Input { get }

    /// When it wants to be woken; nil: not before something else happens.
    var alarm: Instant? { get }

    /// Whether nothing is left to be done, after it was told to stop.
    var isDone: Bool { get }

    /// - Parameter chance: spreads out what must not all happen at once.
    mutating func take(_ input: Input, at now: Instant, chance: inout some RandomNumberGenerator)

    /// What is to be done now.
    mutating func effects(at now: Instant, chance: inout some RandomNumberGenerator) -> [Effect]
}
