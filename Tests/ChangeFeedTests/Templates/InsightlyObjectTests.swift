// The table of built-in objects.

import ChangeFeed
import Testing

@Suite("The built-in objects")
struct InsightlyObjectTests {
    @Test(
        "are found by any of their names",
        arguments: [
            ("contacts", "Contacts"), ("accounts", "Organisations"), ("organizations", "Organisations"),
            ("/Organisations", "Organisations"), ("pricebook-entries", "PricebookEntry"), ("Tasks", "Tasks"),
        ])
    func names(key: String, path: String) {
        #expect(InsightlyObject.named(key)?.path == path)
    }

    @Test("do not claim custom objects or unknown names", arguments: ["Fruit__c", "widgets", "", "/"])
    func unknown(key: String) {
        #expect(InsightlyObject.named(key) == nil)
    }

    @Test("each have a search that reads, asks by time and lists the object itself")
    func searches() throws {
        for object in InsightlyObject.all {
            let template = try URLTemplate(parsing: object.searchURL)
            let target = template.expanded(at: Instant(secondsSince1970: 1_533_065_986))
            #expect(target.path == "/\(object.path)/Search")
            #expect(target.query == [QueryItem("updated_after_utc", "2018-07-31T19:39:46Z")])
            #expect(template.listing == RequestTarget(path: "/\(object.path)"))
        }
    }

    @Test("have type names of their own")
    func typeNames() {
        #expect(Set(InsightlyObject.all.map(\.typeName)).count == InsightlyObject.all.count)
    }
}
