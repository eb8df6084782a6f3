// Which changes an ignored field covers.

import Testing

@testable import ChangeFeed

@Suite("Ignored fields")
struct FieldPathTests {
    @Test("An ignored field covers itself and what stands below it, and no other that begins alike")
    func covers() {
        let field = IgnoredField("TAGS")
        #expect(field == IgnoredField("/TAGS"))
        #expect(field.covers("/TAGS"))
        #expect(field.covers("/TAGS/vip"))
        #expect(field.covers("/TAGS/\u{301}"))
        #expect(!field.covers("/TAGS2"))
        #expect(!IgnoredField("/e\u{301}").covers("/é"))
        #expect(!field.covers("/CUSTOMFIELDS/TAGS"))
        #expect(!IgnoredField("/CUSTOMFIELDS/Score__c").covers("/CUSTOMFIELDS"))
    }
}
