// Why the state store fails, as far as it decides what is done about it.

/// A kind of failure of the store. The raw values are what metrics call it.
package enum StoreTrouble: String, Sendable, Hashable, CaseIterable {
    /// Another process holds its write lock. That passes.
    case locked
    /// It lies on another machine, or belongs to another process, and that does not answer. That passes.
    case unreachable
    case full
    /// What was written is not what is read. That stays.
    case damaged
    /// The system refuses to read or write it, for whatever other reason.
    case failing

    /// Whether it ends without anybody's doing anything to the store: then it is waited for, and all that is to be written
    /// with it.
    package var passes: Bool { self == .locked || self == .unreachable }
}

/// What is asked of the store, as far as it matters which part of it fails.
package enum StoreVerb: String, Sendable, Hashable, CaseIterable {
    /// Counting a request before it leaves: without it nothing is polled.
    case count
    /// Taking what is due, and recording what came of it: without it everything would be sent again and again.
    case deliver
    case commit, operate, tidy, look

    var isEssential: Bool { self == .count || self == .deliver }

    /// Whether it writes, or may.
    var writes: Bool { self != .look }
}
