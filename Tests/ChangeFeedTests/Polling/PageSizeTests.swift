import ChangeFeed
import Testing

@Suite("PageSize")
struct PageSizeTests {
    @Test("It is halved by each page that was too much, and comes back with each reading that was not")
    func adapting() {
        var size = PageSize(configured: 500)
        for expected in [250, 125, 62] {
            size.shrink()
            #expect(size.current == expected)
        }
        for _ in 0..<9 { size.shrink() }
        #expect(size.current == 2)
        for _ in 0..<12 { size.recover() }
        #expect(size.current == 500)
    }

    @Test("A page has room for one record of the last page and one more")
    func least() {
        #expect(PageSize(configured: 1).current == 2)
    }
}
