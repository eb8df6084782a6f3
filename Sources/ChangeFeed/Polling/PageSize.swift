// How many records to ask for at once: as configured, less while the API cannot deliver so much.

/// The page size of one resource.
///
/// Records of 100 KB and more exist, and a full page of them is more than some servers, networks or we can take at once.
package struct PageSize: Sendable, Equatable {
    private let configured: Int
    package private(set) var current: Int

    /// - Parameter configured: 1 to 500. Two at least are asked for: a page has to overlap the one before it.
    package init(configured: Int) {
        self.configured = max(2, configured)
        current = self.configured
    }

    /// After a page that was too large, or took too long.
    package mutating func shrink() {
        current = max(2, current / 2)
    }

    /// After everything was read.
    package mutating func recover() {
        current = min(configured, current * 2)
    }
}
