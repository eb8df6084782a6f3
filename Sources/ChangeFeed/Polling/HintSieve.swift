// How many of the hints that come are worth telling the machine of.

/// Lets one hint of a resource through in a second. One that comes after a request of the resource has left is let through
/// at once: what it is about may be newer than what was asked for.
package struct HintSieve: Sendable, Equatable {
    private var lastLet: [ResourceName: Instant] = [:]

    package init() {}

    package mutating func lets(_ name: ResourceName, at now: Instant) -> Bool {
        if let last = lastLet[name], (last..<last + Limits.hintsGather).contains(now) { return false }
        lastLet[name] = now
        return true
    }

    /// A request of the resource leaves: what was hinted so far is asked for.
    package mutating func asked(_ name: ResourceName) { lastLet[name] = nil }
}
