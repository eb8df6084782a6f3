// Members and elements are found as they stand.

import Testing

@testable import ChangeFeed

@Suite("Members of JSON values")
struct JSONMembersTests {
    private static let text = #" { "a" : {"b":[1,{"c":"}]\""}]} , "x\/y":"\\" , "n":null,"a":-1.50 } "#

    @Test("Names are compared with their escapes undone, and of equal names the last wins")
    func lookup() throws {
        let json = try SampleRecords.json(Self.text)
        #expect(json.member("a")?.text == "-1.50")
        #expect(json.member("x/y")?.text == #""\\""#)
        #expect(json.member("n")?.isNull == true)
        #expect(json.member("b") == nil)
        #expect(json.member("x\\/y") == nil)
        #expect(try SampleRecords.json("[1]").member("a") == nil)
    }

    @Test("A path leads through objects only")
    func paths() throws {
        let json = try SampleRecords.json(#"{"user":{"id":{"n":7}},"list":[{"id":1}]}"#)
        #expect(json.value(at: FieldPath(members: ["user", "id", "n"]))?.text == "7")
        #expect(json.value(at: FieldPath(members: ["list", "id"])) == nil)
        #expect(json.value(at: FieldPath(members: ["user", "id", "n", "m"])) == nil)
    }

    @Test("All members are listed in order, each name once")
    func inOrder() throws {
        let members = JSONMembers(of: try SampleRecords.json(Self.text))
        #expect(members.inOrder.map { String(decoding: $0.name.bytes, as: UTF8.self) } == ["x/y", "n", "a"])
        #expect(members.inOrder.map(\.value.text) == [#""\\""#, "null", "-1.50"])
        #expect(members.value(of: JSONName("a"), near: 0)?.text == "-1.50")
        #expect(members.value(of: JSONName("a"), near: 2)?.text == "-1.50")
        #expect(members.value(of: JSONName("b"), near: 99) == nil)
    }

    @Test("Elements are listed in order, without the space around them")
    func elements() throws {
        #expect(
            try SampleRecords.json(#"[ 1 ,"a,]" , [ ] ,{"b":"}"} , true]"#).elements?.map(\.text) == [
                "1", #""a,]""#, "[ ]", #"{"b":"}"}"#, "true",
            ])
        #expect(try SampleRecords.json("[ ]").elements == [])
        #expect(try SampleRecords.json("{}").elements == nil)
    }
}
