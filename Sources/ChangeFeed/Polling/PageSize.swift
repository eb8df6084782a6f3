// How many records to ask for at once: as configured, less while the API cannot deliver so much.

/// The page size of one resource.
///
/// Records of 100 KB and more exist, and a full page of them is more than some servers, networks or we can take at once.
package struct PageSize: Sendable, Equatable {
    private let configured: Int
    package private(set) var current: Int
    private var goodPages = 0
    /// Less is asked for than was configured.
    package var isShrunk: Bool { current < configured }

    /// - Parameter configured: 1 to 500. Two at least are asked for: a page has to overlap the one before it.
    package init(configured: Int) {
        self.configured = max(2, configured)
        current = self.configured
    }

    /// After a page that was too large, or took too long.
    ///
    /// - Parameter least: fewer are not asked for, for this reason.
    package mutating func shrink(toAtLeast least: Int) {
        goodPages = 0
        current = min(current, max(2, least, current / 2))
    }

    /// After a page that was neither.
    package mutating func tookPage() {
        goodPages += 1
        guard goodPages >= Limits.pagesBeforeGrowing else { return }
        goodPages = 0
        current = min(configured, current * 2)
    }
}
