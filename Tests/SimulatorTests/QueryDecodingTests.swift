// The encodings that clients use in a query.

import ChangeFeed
import Testing

@testable import Simulator

@Suite("Query decoding")
struct QueryDecodingTests {
    @Test("percent signs and plus signs are undone, and oddities stand for themselves")
    func items() {
        let items = QueryDecoding.items("a=x%20y+z&b=%C3%A9%F0%9F%8D%8A&c&d=&&e=1=2&f=100%&g=%zz&%61%3d=%2B")
        #expect(
            items == [
                QueryItem("a", "x y z"), QueryItem("b", "é🍊"), QueryItem("c", ""), QueryItem("d", ""),
                QueryItem("e", "1=2"), QueryItem("f", "100%"), QueryItem("g", "%zz"), QueryItem("a=", "+"),
            ])
    }

    @Test("in a path a plus is a plus")
    func path() {
        #expect(QueryDecoding.decoded("/a+b%2Fc") == "/a+b/c")
    }
}
