import Testing

@testable import ChangeFeed

@Suite("A filter of events")
struct EventFilterTests {
    private func change(
        _ kind: ChangeKind = .updated, _ record: String = #"{"CONTACT_ID":1}"#, changes: [FieldChange]? = nil
    ) throws -> Change {
        Change(
            kind: kind, recordID: RecordID("1"), record: try RawRecord.read(Array(record.utf8)), changedAt: nil,
            changes: changes)
    }

    private func json(_ text: String) throws -> RawJSON { try RawJSON.read(Array(text.utf8)) }

    @Test(
        "knows types by object, by kind, or both",
        arguments: [
            ("contact.*", "contact.updated", true), ("contact.*", "contacts.updated", false),
            ("*.deleted", "lead.deleted", true), ("*.deleted", "lead.updated", false),
            ("lead.created", "lead.created", true), ("lead.created", "lead.updated", false),
            ("*", "lead.updated", true),
            ("*.*", "lead.updated", true), ("my.object.*", "my.object.created", true),
            ("my.*", "my.object.created", false),
        ])
    func types(pattern: String, type: String, isMatched: Bool) throws {
        #expect(try #require(EventTypePattern(pattern)).matches(type) == isMatched)
    }

    @Test("has no pattern that matches nothing", arguments: ["", "contact", ".updated", "contact.changed", "contact."])
    func noType(pattern: String) {
        #expect(EventTypePattern(pattern) == nil)
    }

    @Test("lets all through that every one of its tests lets through")
    func all() throws {
        let filter = EventFilter(
            types: [try #require(EventTypePattern("*.deleted"))], resources: [ResourceName("contacts")])
        #expect(filter.admits(try change(.deleted), type: "contact.deleted", resource: ResourceName("contacts")))
        #expect(!filter.admits(try change(.deleted), type: "lead.deleted", resource: ResourceName("leads")))
        #expect(!filter.admits(try change(), type: "contact.updated", resource: ResourceName("contacts")))
        #expect(EventFilter.all.admits(try change(), type: "x.updated", resource: ResourceName("y")))
    }

    @Test(
        "compares fields by value, members of collections by their key, and takes an absent field for null",
        arguments: [
            (#"{"STATUS":3}"#, true), (#"{"STATUS":3.0}"#, true), (#"{"STATUS":4}"#, true), (#"{"STATUS":5}"#, false),
            (#"{"STATUS":"3"}"#, false), (#"{}"#, true), (#"{"STATUS":null}"#, true),
        ])
    func fields(record: String, isAdmitted: Bool) throws {
        let condition = try #require(
            FieldCondition("STATUS", isOneOf: [try json("3"), try json("4"), try json("null")]))
        let filter = EventFilter(fields: [condition])
        #expect(
            filter.admits(try change(.created, record), type: "a.created", resource: ResourceName("a")) == isAdmitted)
    }

    private static let north =
        #"{"CUSTOMFIELDS":[{"FIELD_NAME":"A/B","FIELD_VALUE":1},{"FIELD_NAME":"Region__c","FIELD_VALUE":"North"}]}"#

    @Test(
        "looks into collections",
        arguments: [
            ("/CUSTOMFIELDS/Region__c", "\"North\"", true), ("/CUSTOMFIELDS/A~1B", "1", true),
            ("/CUSTOMFIELDS/Region__c", "\"South\"", false), ("/CUSTOMFIELDS/None__c", "null", true),
        ])
    func collections(pointer: String, value: String, isAdmitted: Bool) throws {
        let filter = EventFilter(fields: [try #require(FieldCondition(pointer, isOneOf: [try json(value)]))])
        let change = try change(.created, Self.north)
        #expect(filter.admits(change, type: "a.created", resource: ResourceName("a")) == isAdmitted)
    }

    @Test(
        "has no condition on what no event could name", arguments: ["", "/", "/A/B", "/CUSTOMFIELDS/A/B", "/TAGS/vip"])
    func noField(pointer: String) {
        #expect(FieldCondition(pointer, isOneOf: [.null]) == nil)
    }

    @Test("lets the change through that takes a record out of it, and none after")
    func leaving() throws {
        let filter = EventFilter(fields: [try #require(FieldCondition("STATUS", isOneOf: [try json("3")]))])
        let leaving = try change(
            .updated, #"{"STATUS":5,"N":1}"#,
            changes: [FieldChange(path: "/STATUS", from: try json("3"), to: try json("5"))])
        let gone = try change(
            .updated, #"{"STATUS":5,"N":2}"#,
            changes: [FieldChange(path: "/N", from: try json("1"), to: try json("2"))])
        #expect(filter.admits(leaving, type: "a.updated", resource: ResourceName("a")))
        #expect(!filter.admits(gone, type: "a.updated", resource: ResourceName("a")))
    }

    @Test("knows what a member was before, where its whole collection changed")
    func leavingCollection() throws {
        let filter = EventFilter(
            fields: [try #require(FieldCondition("/CUSTOMFIELDS/Region__c", isOneOf: [try json("\"North\"")]))])
        let collection = try json(Self.north).member("CUSTOMFIELDS")
        let leaving = try change(
            .updated, #"{"CUSTOMFIELDS":7}"#,
            changes: [FieldChange(path: "/CUSTOMFIELDS", from: collection, to: try json("7"))])
        #expect(filter.admits(leaving, type: "a.updated", resource: ResourceName("a")))
    }
}
