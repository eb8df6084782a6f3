// Paths are JSON Pointers.

import Testing

@testable import ChangeFeed

@Suite("Field changes")
struct FieldChangeTests {
    @Test("Tilde and slash in names are escaped, and nothing else is")
    func pointers() {
        let change = FieldChange(JSONName("a/b~c"), JSONName("~1 é\"%"), from: nil, to: .null)
        #expect(change.path == "/a~1b~0c/~01 é\"%")
        #expect(FieldChange(JSONName(""), from: nil, to: nil).path == "/")
    }
}
