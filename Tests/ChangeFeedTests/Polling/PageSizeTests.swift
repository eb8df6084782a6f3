import ChangeFeed
import Testing

@Suite("PageSize")
struct PageSizeTests {
    @Test("It is halved by each page that was too much, and comes back after some that were not")
    func adapting() {
        var size = PageSize(configured: 500)
        for expected in [250, 125, 62] {
            size.shrink(toAtLeast: 2)
            #expect(size.current == expected)
        }
        for _ in 0..<9 { size.shrink(toAtLeast: 2) }
        #expect(size.current == 2)
        for _ in 0..<8 * Limits.pagesBeforeGrowing { size.tookPage() }
        #expect(size.current == 500)
    }

    @Test("Slowness makes pages smaller, but never as small as pages of records that are too large")
    func slowness() {
        var size = PageSize(configured: 500)
        for _ in 0..<9 { size.shrink(toAtLeast: Limits.leastAfterTimeout) }
        #expect(size.current == Limits.leastAfterTimeout)
        size.shrink(toAtLeast: 2)
        size.shrink(toAtLeast: Limits.leastAfterTimeout)
        #expect(size.current == 25)
    }

    @Test("A page has room for one record of the last page and one more")
    func least() {
        #expect(PageSize(configured: 1).current == 2)
    }
}
