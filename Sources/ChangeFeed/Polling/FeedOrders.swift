// What somebody wants of the polling of an account, besides what is configured.

extension AccountFeed {
    /// The operator wants this resource looked at next.
    mutating func pollNow(_ name: ResourceName) { update(name) { $0.pollNow() } }

    /// Somebody says that this resource has changed.
    mutating func hint(_ name: ResourceName, at now: Instant) { update(name) { $0.hint(at: now) } }

    /// The operator says that the deletes of this resource that are held are real.
    mutating func releaseHeldDeletes(of name: ResourceName) { update(name) { $0.releaseHeldDeletes() } }

    /// The operator says that nobody is to be told of the deletes of this resource that are held.
    mutating func dismissHeldDeletes(of name: ResourceName) { update(name) { $0.dismissHeldDeletes() } }
}
