// The records of the beginning: how many, how old, how heavy, and in which characters.

import ChangeFeed
import Foundation
import Testing

@testable import SimulatedWorld

@Suite("Population")
struct PopulationTests {
    @Test("as many records of each object as asked for")
    func counts() {
        let world = makeWorld(population: Population(contacts: 12, organisations: 3, leads: 5, projects: 1))
        #expect(SimulatedObject.allCases.map { world.ids(of: $0).count } == [12, 3, 5, 0, 1, 0])
    }

    @Test("ids ascend with the time of creation, and everything happened before the beginning")
    func ages() throws {
        let world = makeWorld()
        for object in SimulatedObject.allCases {
            let records = world.ids(of: object).compactMap { world.record(object, $0) }
            #expect(records.map(\.created) == records.map(\.created).sorted())
            #expect(records.allSatisfy { $0.created <= $0.stamp && $0.stamp < noon })
        }
    }

    @Test("the heavy organisation weighs 100 KB and the others do not")
    func heavyOrganisation() throws {
        let world = makeWorld()
        let sizes = world.ids(of: .organisations).compactMap {
            world.history(of: .organisations, $0).last?.document.json.count
        }
        #expect(sizes.filter { $0 > 100_000 }.count == 1)
        #expect(sizes.filter { $0 < 8_000 }.count == sizes.count - 1)
    }

    @Test("the records hold every kind of value and of character that a reader must cope with")
    func variety() throws {
        let world = makeWorld(
            population: Population(contacts: 150, organisations: 60, opportunities: 40, heavyOrganisations: 1))
        let all = world.commits.map { String(decoding: $0.document.json, as: UTF8.self) }.joined()
        for piece in [
            ":null", ":true", ":false", #"\""#, #"\\"#, #"\n"#, #"\r\n"#, #"\t"#, #"\u2028"#, #"\u0007"#, "👩‍🔧", "🇳🇴",
            "雪村",
            #""TAGS":[]"#, #""TAG_NAME":"#, #""DATE_ID":"#, #""EMAIL_DOMAIN_ID":"#, #""LINK_ID":"#, ";", ".0,",
        ] {
            #expect(all.contains(piece), "no record holds \(piece)")
        }
    }

    @Test("every record is JSON that a standard reader takes, escaped or not", arguments: [false, true])
    func validJSON(escapes: Bool) throws {
        let world = makeWorld { $0.display.escapesNonASCII = escapes }
        for commit in world.commits {
            let parsed = try commit.document.parsed()
            #expect(try parsed.id(of: commit.object) == commit.numericID)
        }
        let isASCII = world.commits.allSatisfy { $0.document.json.allSatisfy { $0 < 0x80 } }
        #expect(isASCII == escapes)
    }
}
