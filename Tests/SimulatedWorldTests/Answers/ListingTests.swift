// Lists and searches: pages, filters, order and the switches behind them.

import ChangeFeed
import Foundation
import Testing

@testable import SimulatedWorld

@Suite("Lists and searches")
struct ListingTests {
    @Test("a list comes in ascending id, 100 records unless told otherwise, 500 at most")
    func pageSizes() throws {
        var world = makeWorld(population: Population(contacts: 620))
        let ids = world.ids(of: .contacts)
        #expect(try world.get("/v3.1/Contacts").ids(of: .contacts) == Array(ids.prefix(100)))
        #expect(try world.get("/v3.1/Contacts", ["top": "7"]).ids(of: .contacts) == Array(ids.prefix(7)))
        #expect(try world.get("/v3.1/Contacts", ["top": "12000"]).ids(of: .contacts) == Array(ids.prefix(500)))
        #expect(
            try world.get("/v3.1/Contacts", ["skip": "500", "top": "500"]).ids(of: .contacts) == Array(ids.suffix(120)))
    }

    @Test("past the end there is an empty page, not an error")
    func pastTheEnd() {
        var world = makeWorld()
        let answer = world.get("/Contacts", ["skip": "40"])
        #expect(answer.status == 200)
        #expect(answer.text == "[]")
    }

    @Test("the total is told when asked for, whatever the page")
    func totals() throws {
        var world = makeWorld()
        #expect(world.get("/Leads", ["top": "1"]).headers.value(of: "X-Total-Count") == nil)
        #expect(world.get("/Leads", ["top": "1", "count_total": "true"]).headers.value(of: "X-Total-Count") == "20")
        #expect(
            world.get("/Leads/Search", ["count_total": "True", "skip": "19"]).headers.value(of: "x-total-count") == "20"
        )
    }

    @Test("a plain list passes over updated_after_utc without a word")
    func listIgnoresTime() throws {
        var world = makeWorld()
        #expect(world.get("/Contacts", ["updated_after_utc": "2030-01-01"]).body == world.get("/Contacts").body)
        #expect(world.get("/Contacts", ["updated_after_utc": "rubbish"]).status == 200)
    }

    @Test("a search without a filter holds everything")
    func unfilteredSearch() {
        var world = makeWorld()
        #expect(world.get("/Contacts/Search").body == world.get("/Contacts").body)
    }

    @Test(
        "a strict search leaves out the stamp asked for, an inclusive one does not",
        arguments: Quirks.Comparison.allCases)
    func comparison(comparison: Quirks.Comparison) throws {
        var world = makeWorld {
            $0.comparison = comparison
            $0.stampPrecision = .seconds
        }
        let id = try world.create(.contacts, at: noon + .milliseconds(400)).numericID
        let found = try world.idsChanged(.contacts, after: "2026-11-23T12:00:00Z", at: noon + .seconds(1))
        #expect(found == (comparison == .inclusive ? [id] : []))
        #expect(try world.idsChanged(.contacts, after: "2026-11-23T11:59:59Z", at: noon + .seconds(1)) == [id])
    }

    @Test(
        "stamps stored in milliseconds are compared as stored: a strict search finds a record shown at the second asked for"
    )
    func storedMilliseconds() throws {
        var world = makeWorld()
        let id = try world.create(.contacts, at: noon + .milliseconds(400)).numericID
        #expect(try world.idsChanged(.contacts, after: "2026-11-23T12:00:00Z", at: noon + .seconds(1)) == [id])
        #expect(try world.idsChanged(.contacts, after: "2026-11-23T12:00:00.400Z", at: noon + .seconds(1)) == [])
        #expect(try world.idsChanged(.contacts, after: "2026-11-23T12:00:00.399Z", at: noon + .seconds(1)) == [id])
    }

    @Test("a stamp is shown truncated or rounded to the second", arguments: Display.Rounding.allCases)
    func shownStamp(rounding: Display.Rounding) throws {
        var world = makeWorld { $0.display.stamps = rounding }
        let early = try world.create(.contacts, at: noon + .milliseconds(1499)).document.parsed()
        let late = try world.create(.contacts, at: noon + .milliseconds(1500)).document.parsed()
        #expect(early["DATE_UPDATED_UTC"] as? String == "2026-11-23 12:00:01")
        #expect(
            late["DATE_UPDATED_UTC"] as? String
                == (rounding == .rounded ? "2026-11-23 12:00:02" : "2026-11-23 12:00:01"))
    }

    @Test("a search comes by id, by stamp, or in an order of its own", arguments: Quirks.ListOrder.allCases)
    func order(order: Quirks.ListOrder) throws {
        var world = makeWorld { $0.searchOrder = order }
        let first = try world.get("/Contacts/Search").ids(of: .contacts)
        let second = try world.get("/Contacts/Search").ids(of: .contacts)
        let byID = world.ids(of: .contacts)
        #expect(first.sorted() == byID)
        #expect((first == byID) == (order == .ascendingID))
        #expect((first == second) == (order != .shuffled))
        if order == .byStamp {
            let stamps = first.compactMap { world.record(.contacts, $0)?.stamp }
            #expect(stamps == stamps.sorted())
        }
        #expect(try world.get("/Contacts").ids(of: .contacts) == byID)
    }

    @Test("a plain list has an order of its own", arguments: Quirks.ListOrder.allCases)
    func listOrder(order: Quirks.ListOrder) throws {
        var world = makeWorld { $0.listOrder = order }
        let first = try world.get("/Contacts").ids(of: .contacts)
        let second = try world.get("/Contacts").ids(of: .contacts)
        #expect(first.sorted() == world.ids(of: .contacts))
        #expect((first == world.ids(of: .contacts)) == (order == .ascendingID))
        #expect((first == second) == (order != .shuffled))
        #expect(try world.get("/Contacts/Search").ids(of: .contacts) == world.ids(of: .contacts))
    }

    @Test("a search finds a field's exact value, own fields and custom ones, together with the time")
    func fieldFilter() throws {
        var world = makeWorld()
        let id = try world.create(.contacts, setting: ["LAST_NAME": "O'Hapax", "Score__c": 1234], at: noon).numericID
        let other = try world.create(.contacts, setting: ["LAST_NAME": "O'Hapax Legomenon"], at: noon).numericID
        func found(_ name: String, _ value: String) throws -> [Int64] {
            try world.get("/Contacts/Search", ["field_name": name, "field_value": value]).ids(of: .contacts)
        }
        #expect(try found("LAST_NAME", "O'Hapax") == [id])
        #expect(try found("Score__c", "1234") == [id])
        #expect(try found("CONTACT_ID", "\(other)") == [other])
        let late = world.get(
            "/Contacts/Search",
            ["field_name": "LAST_NAME", "field_value": "O'Hapax", "updated_after_utc": "2026-11-24"])
        #expect(late.text == "[]")
    }

    @Test("brief leaves the collections out, or shows them null or empty", arguments: Quirks.BriefCollections.allCases)
    func brief(shape: Quirks.BriefCollections) throws {
        var world = makeWorld { $0.briefCollections = shape }
        for object in SimulatedObject.allCases {
            let record = try #require(try world.get("/\(object.path)", ["brief": "true"]).records().first)
            for collection in object.shape.collections {
                switch shape {
                case .absent: #expect(record[collection.rawValue] == nil)
                case .null: #expect(record[collection.rawValue] is NSNull)
                case .empty: #expect((record[collection.rawValue] as? [Any])?.isEmpty == true)
                }
            }
            let left = object.shape.fields.map(\.name).filter { record[$0] == nil }
            #expect(left.isEmpty)
        }
    }

    @Test("converted leads stay in lists, or leave them and still answer by id", arguments: [true, false])
    func convertedLeads(areListed: Bool) throws {
        var world = makeWorld { $0.listsConvertedLeads = areListed }
        let id = try #require(world.ids(of: .leads).first)
        try world.convert(lead: id, at: noon)
        #expect(try world.get("/Leads").ids(of: .leads).contains(id) == areListed)
        #expect(try world.idsChanged(.leads, after: "2026-11-23T11:00:00Z").contains(id) == areListed)
        #expect(
            world.get("/Leads", ["count_total": "true"]).headers.value(of: "X-Total-Count") == (areListed ? "20" : "19")
        )
        #expect(try world.get("/Leads/\(id)").record()["CONVERTED"] as? Bool == true)
    }
}
