// Who may ask, what paths there are, and what every answer carries.

import ChangeFeed
import Foundation
import Testing

@testable import SimulatedWorld

@Suite("Answers")
struct AnsweringTests {
    @Test(
        "without the right key every path answers 401, known or not",
        arguments: ["/v3.1/Contacts", "/v3.1/NoSuchThing", "/v3.1/Contacts/1"])
    func unauthorised(path: String) {
        var world = makeWorld()
        let wrong = [[], [BasicCredentials.header(apiKey: "wrong")], [HeaderField("Authorization", "Bearer x")]]
        for headers in wrong {
            let answer = world.respond(to: SimulatedRequest(path: path, headers: headers), at: noon)
            #expect(answer.status == 401)
            #expect(answer.text == #"{"Message":"Authorization has been denied for this request."}"#)
            #expect(answer.headers.value(of: "X-RateLimit-Remaining") == nil)
        }
        #expect(world.quotaUsed == 0)
    }

    @Test("the key is taken with a blank password, any password, and without its colon")
    func keyForms() {
        var world = makeWorld()
        for user in ["\(world.apiKey):", "\(world.apiKey):x", world.apiKey] {
            let header = HeaderField("authorization", "basic " + Data(user.utf8).base64EncodedString())
            #expect(world.respond(to: SimulatedRequest(path: "/v3.1/Leads", headers: [header]), at: noon).status == 200)
        }
    }

    @Test("the version may be left out, and the case of a path does not matter")
    func routing() {
        var world = makeWorld()
        let body = world.get("/v3.1/Contacts/Search").body
        #expect(world.get("/contacts/search").body == body)
        #expect(world.get("/V3.1/CONTACTS/Search/").body == body)
    }

    @Test("every object has a list, a search, and its records by id", arguments: SimulatedObject.allCases)
    func objects(object: SimulatedObject) throws {
        var world = makeWorld()
        let id = try #require(world.ids(of: object).first)
        #expect(try world.get("/v3.1/\(object.path)", ["top": "1"]).ids(of: object) == [id])
        #expect(try world.get("/v3.1/\(object.path)/Search", ["top": "1"]).ids(of: object) == [id])
        #expect(try world.get("/v3.1/\(object.path)/\(id)", ["brief": "true"]).record()["CUSTOMFIELDS"] != nil)
    }

    @Test("the instance and the user say who they are")
    func fixedDocuments() throws {
        var world = makeWorld()
        #expect(try world.get("/v3.1/Instance").record()["PLAN_NAME"] as? String == "Enterprise")
        #expect(try world.get("/v3.1/Users/Me").record()["USER_ID"] as? Int == 1_500_301)
    }

    @Test("what is not there answers 404, the wrong number of a name and other methods 405")
    func wrongPaths() {
        var world = makeWorld()
        #expect(world.get("/v3.1/Contacts/12345").text == #"{"Message":"Record not found."}"#)
        #expect(world.get("/v3.1/Contacts/12345").status == 404)
        #expect(world.get("/v3.1/Unicorns").status == 404)
        #expect(world.get("/v3.1/Contacts/1/Notes").status == 404)
        #expect(world.get("/").status == 404)
        #expect(world.get("/v3.1/Contact").status == 405)
        let post = SimulatedRequest(
            method: "POST", path: "/v3.1/Contacts", headers: [BasicCredentials.header(apiKey: world.apiKey)])
        #expect(world.respond(to: post, at: noon).status == 405)
    }

    @Test(
        "a parameter that cannot be read answers 400 and says which",
        arguments: [
            ("top", "many"), ("skip", "-1"), ("brief", "perhaps"), ("count_total", "1"),
            ("updated_after_utc", "yesterday"),
            ("updated_after_utc", ""), ("field_name", "LAST_NAME"),
        ])
    func badParameters(name: String, value: String) {
        var world = makeWorld()
        let target = RequestTarget(path: "/Contacts/Search", query: [QueryItem(name, value)])
        let answer = world.respond(to: SimulatedRequest(target, apiKey: world.apiKey), at: noon)
        #expect(answer.status == 400)
        #expect(answer.text.contains(name))
        #expect(world.get("/Contacts/abc").status == 400)
        #expect(world.get("/Contacts/Search", ["field_name": "SHOE_SIZE", "field_value": "9"]).status == 400)
    }

    @Test("objects outside the plan answer 403 or 404")
    func hiddenObjects() {
        var world = makeWorld { $0.hiddenObjects = [.projects: 403, .fruit: 404] }
        #expect(world.get("/Projects").status == 403)
        #expect(world.get("/Projects/Search").status == 403)
        #expect(world.get("/Fruit__c/1").status == 404)
        #expect(world.get("/Contacts").status == 200)
    }

    @Test("lists that break do so from a place on, and searches do not")
    func brokenLists() {
        var world = makeWorld { $0.listsBreakAt = 10 }
        #expect(world.get("/Contacts", ["skip": "9"]).status == 200)
        #expect(world.get("/Contacts", ["skip": "10"]).status == 500)
        #expect(world.get("/Contacts/Search", ["skip": "10"]).status == 200)
    }

    @Test("a record in the recycle bin answers as the switch says", arguments: [404, 403, 410, 200])
    func recycled(status: Int) throws {
        var world = makeWorld { $0.recycledStatus = status }
        let id = try #require(world.ids(of: .leads).first)
        try world.delete(.leads, id, at: noon)
        #expect(world.get("/Leads/\(id)").status == status)
        #expect(try !world.get("/Leads").ids(of: .leads).contains(id))
    }

    @Test("a record hidden from the key's user answers 403 and leaves the lists until it is revealed")
    func hiddenRecord() throws {
        var world = makeWorld()
        let id = try #require(world.ids(of: .leads).first)
        try world.hide(.leads, id, at: noon)
        #expect(world.get("/Leads/\(id)").status == 403)
        #expect(try !world.get("/Leads").ids(of: .leads).contains(id))
        try world.hide(.leads, id, false, at: noon)
        #expect(world.get("/Leads/\(id)").status == 200)
    }

    @Test("the Date header is the server's clock, which may be wrong, and may be missing")
    func date() {
        var world = makeWorld()
        #expect(world.get("/Leads").headers.value(of: "Date") == "Mon, 23 Nov 2026 12:00:00 GMT")
        world.quirks.clockOffset = .seconds(-90)
        #expect(world.get("/Leads").headers.value(of: "Date") == "Mon, 23 Nov 2026 11:58:30 GMT")
        world.quirks.sendsDate = false
        #expect(world.get("/Leads").headers.value(of: "Date") == nil)
    }

    @Test("stamps are by the server's clock")
    func stampsByServerClock() throws {
        var world = makeWorld { $0.clockOffset = .seconds(3600) }
        let commit = try world.create(.contacts, at: noon)
        #expect(commit.stamp == noon + .seconds(3600))
        #expect(try commit.document.parsed()["DATE_UPDATED_UTC"] as? String == "2026-11-23 13:00:00")
    }

    @Test("answers carry the day's quota and no ETag")
    func headers() {
        var world = makeWorld()
        _ = world.get("/Leads")
        let headers = world.get("/Leads").headers
        #expect(headers.value(of: "X-RateLimit-Limit") == "100000")
        #expect(headers.value(of: "X-RateLimit-Remaining") == "99998")
        #expect(headers.value(of: "Content-Type") == "application/json; charset=utf-8")
        #expect(headers.value(of: "ETag") == nil)
    }
}
