// What people can do to records, and which of it moves the stamp.

import ChangeFeed
import Foundation
import Testing

@testable import SimulatedWorld

@Suite("Changes")
struct ChangesTests {
    @Test("a new record was created up to two seconds before its first stamp", arguments: 1...20)
    func createdAhead(seed: UInt64) throws {
        var world = makeWorld(seed: seed)
        let id = try world.create(.contacts, at: noon).numericID
        let record = try #require(world.record(.contacts, id))
        #expect(record.stamp == noon)
        #expect((noon - .seconds(2)...noon).contains(record.created))
    }

    @Test("one edit may change several things, and leaves everything else as it was")
    func update() throws {
        var world = makeWorld()
        let id = try world.create(.organisations, setting: ["ORGANISATION_NAME": "Before"], at: noon).numericID
        let before = try #require(world.record(.organisations, id))
        let commit = try world.update(
            .organisations, id,
            [.set("ORGANISATION_NAME", "After"), .set("New_Field__c", .number("4601.0")), .addTag("brand new")],
            at: noon + .seconds(5))
        var expected = before
        expected.stamp = noon + .seconds(5)
        expected.tags.append("brand new")
        expected.customFields.append(.init(name: "New_Field__c", value: .number("4601.0")))
        expected.values[1] = "After"
        #expect(world.record(.organisations, id) == expected)
        #expect(commit.summary.contains(#"ORGANISATION_NAME "Before" → "After""#))
        #expect(commit.document.description.contains(#""FIELD_VALUE":4601.0"#))
    }

    @Test("members of collections come with ids of their own and go by them")
    func collections() throws {
        var world = makeWorld()
        let id = try world.create(.organisations, at: noon).numericID
        let before = try #require(world.record(.organisations, id))
        try world.update(
            .organisations, id,
            [
                .addDate(name: "Jubilee", on: "2026-01-01 00:00:00"), .addEmailDomain("x.example"),
                .addLink(to: .contacts, 5, role: nil),
            ],
            at: noon)
        let after = try #require(world.record(.organisations, id))
        let date = try #require(after.dates.last)
        let domain = try #require(after.emailDomains.last)
        let link = try #require(after.links.last)
        #expect(Set([date.id, domain.id, link.id]).count == 3)
        let removals: [RecordChange] = [.removeDate(date.id), .removeEmailDomain(domain.id), .removeLink(link.id)]
        try world.update(.organisations, id, removals, at: noon)
        #expect(world.record(.organisations, id) == before)
    }

    private static let unstamped: [(RecordChange, @Sendable (inout Quirks) -> Void)] = [
        (.set("Pastime__c", "Chess boxing"), { $0.stampingCollections.remove(.customFields) }),
        (.addTag("brand new"), { $0.stampingCollections.remove(.tags) }),
        (.addDate(name: "x", on: "2026-01-01 00:00:00"), { $0.stampingCollections.remove(.dates) }),
        (.addLink(to: .leads, 1, role: "x"), { $0.stampingCollections.remove(.links) }),
        (.set("LAST_ACTIVITY_DATE_UTC", "2026-01-01 00:00:00"), { $0.activityMovesStamp = false }),
    ]

    @Test("what moves the stamp is a switch for each collection and for activity", arguments: unstamped.indices)
    func stamping(index: Int) throws {
        let (change, switchOff) = Self.unstamped[index]
        for isSwitchedOff in [false, true] {
            var world = makeWorld()
            if isSwitchedOff { switchOff(&world.quirks) }
            let id = try #require(world.ids(of: .contacts).first)
            let before = try #require(world.record(.contacts, id)).stamp
            let commit = try world.update(.contacts, id, [change], at: noon)
            #expect((commit.stamp == before) == isSwitchedOff)
            #expect((commit.stamp == noon) == !isSwitchedOff)
        }
    }

    @Test("a touch moves the stamp and nothing that can be seen but it")
    func touch() throws {
        var world = makeWorld()
        let id = try #require(world.ids(of: .contacts).first)
        let before = try #require(world.history(of: .contacts, id).last).document.parsed()
        var after = try world.update(.contacts, id, [.touch], at: noon).document.parsed()
        #expect(after["DATE_UPDATED_UTC"] as? String == "2026-11-23 12:00:00")
        after["DATE_UPDATED_UTC"] = before["DATE_UPDATED_UTC"]
        #expect(after as NSDictionary == before as NSDictionary)
    }

    @Test("a deleted record vanishes and comes back under its id, its stamp moved or not", arguments: [true, false])
    func restore(movesStamp: Bool) throws {
        var world = makeWorld { $0.restoreMovesStamp = movesStamp }
        let id = try #require(world.ids(of: .leads).first)
        let stamp = try #require(world.record(.leads, id)).stamp
        try world.delete(.leads, id, at: noon)
        #expect(world.get("/Leads/\(id)").status == 404)
        #expect(world.recycledIDs(of: .leads) == [id])
        #expect(try world.restore(.leads, id, at: noon).stamp == (movesStamp ? noon : stamp))
        #expect(world.get("/Leads/\(id)").status == 200)
        #expect(world.recycledIDs(of: .leads).isEmpty)
    }

    @Test("a converted lead says what became of it, and that exists")
    func convert() throws {
        var world = makeWorld()
        let fields: KeyValuePairs<String, FieldValue> = ["LAST_NAME": "Tamm", "ORGANISATION_NAME": "Tamm & Sons"]
        let id = try world.create(.leads, setting: fields, at: noon).numericID
        let commits = try world.convert(lead: id, at: noon + .seconds(1))
        let lead = try #require(commits.last).document.parsed()
        #expect(commits.last?.kind == .converted)
        #expect(lead["CONVERTED"] as? Bool == true)
        #expect(lead["CONVERTED_DATE_UTC"] as? String == "2026-11-23 12:00:01")
        let contact = try world.get("/Contacts/\(try #require(lead["CONVERTED_CONTACT_ID"] as? Int))").record()
        #expect(contact["LAST_NAME"] as? String == "Tamm")
        #expect(contact["ORGANISATION_ID"] as? Int == lead["CONVERTED_ORGANISATION_ID"] as? Int)
        #expect(throws: WorldError.alreadyConverted(id)) { try world.convert(lead: id, at: noon) }
    }

    @Test("what cannot be done is refused by name and changes nothing")
    func refusals() throws {
        var world = makeWorld()
        let id = try #require(world.ids(of: .contacts).first)
        let before = world.commits
        #expect(throws: WorldError.noSuchRecord(.contacts, 1)) { try world.delete(.contacts, 1, at: noon) }
        #expect(throws: WorldError.noSuchField(.contacts, "SHOE_SIZE")) {
            try world.update(.contacts, id, [.set("TITLE", "x"), .set("SHOE_SIZE", 9)], at: noon)
        }
        #expect(throws: WorldError.noSuchField(.contacts, "CONTACT_ID")) {
            try world.update(.contacts, id, [.set("CONTACT_ID", 9)], at: noon)
        }
        #expect(throws: WorldError.notRecycled(.contacts, id)) { try world.restore(.contacts, id, at: noon) }
        #expect(world.commits == before)
    }
}
