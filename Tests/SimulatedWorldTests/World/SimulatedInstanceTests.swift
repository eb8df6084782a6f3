// The world as a whole: it repeats itself, it remembers, and it lets things be seen when they should be.

import ChangeFeed
import Foundation
import Testing

@testable import SimulatedWorld

@Suite("Simulated instance")
struct SimulatedInstanceTests {
    @Test(
        "the same seed gives the same bytes, through population, edits and answers", arguments: [1, 2, 3] as [UInt64])
    func determinism(seed: UInt64) {
        func life() -> [[UInt8]] {
            var world = makeWorld(seed: seed, faults: .mixed(0.3)) { $0.searchOrder = .shuffled }
            var seen: [[UInt8]] = []
            for step in 0..<60 {
                let now = noon + .milliseconds(step * 700)
                world.edit(at: now)
                seen.append(world.get("/Contacts/Search", ["top": "5"], at: now).body)
            }
            return world.commits.map(\.document.json) + seen
        }
        #expect(life() == life())
    }

    @Test("another seed gives another world")
    func seedsDiffer() {
        #expect(makeWorld(seed: 1).commits.map(\.document.json) != makeWorld(seed: 2).commits.map(\.document.json))
    }

    @Test("asking more does not change what the editor does")
    func streamsAreApart() {
        var quiet = makeWorld(faults: .mixed(0.5))
        var busy = quiet
        for step in 0..<30 {
            let now = noon + .seconds(step)
            quiet.edit(at: now)
            for _ in 0..<5 { _ = busy.get("/Leads", at: now) }
            busy.edit(at: now)
        }
        #expect(quiet.commits == busy.commits)
    }

    @Test("a copy of the world lives on by itself")
    func copies() throws {
        var world = makeWorld()
        let copy = world
        let id = try #require(world.ids(of: .contacts).first)
        try world.delete(.contacts, id, at: noon)
        #expect(!world.ids(of: .contacts).contains(id))
        #expect(copy.ids(of: .contacts).contains(id))
    }

    @Test("history holds every state of a record, oldest first, numbered over the whole world")
    func history() throws {
        var world = makeWorld()
        let created = try world.create(.leads, setting: ["LAST_NAME": "Tamm"], at: noon)
        let id = created.numericID
        try world.update(.leads, id, [.set("LAST_NAME", "Brandt")], at: noon + .seconds(1))
        try world.delete(.leads, id, at: noon + .seconds(2))
        try world.restore(.leads, id, at: noon + .seconds(3))
        let history = world.history(of: .leads, id)
        #expect(history.map(\.kind) == [.created, .updated, .deleted, .restored])
        #expect(
            try history.map { try $0.document.parsed()["LAST_NAME"] as? String } == [
                "Tamm", "Brandt", "Brandt", "Brandt",
            ])
        #expect(world.commits.map(\.number) == Array(1...world.commits.count))
    }

    @Test("without history the world answers alike and remembers nothing")
    func noHistory() {
        var world = SimulatedInstance(seed: 7, keepsHistory: false, startingAt: noon)
        var remembering = makeWorld()
        world.edit(at: noon)
        remembering.edit(at: noon)
        #expect(world.commits.isEmpty)
        #expect(world.get("/Contacts").body == remembering.get("/Contacts").body)
    }

    @Test("a late change is seen only from its moment on, with the stamp of its commit")
    func lateVisibility() throws {
        var world = makeWorld { $0.lateVisibility = .init(share: 1, atMost: .seconds(60)) }
        let commit = try world.create(.contacts, at: noon)
        #expect(commit.visible > noon)
        #expect(world.pendingCount == 1)
        let path = "/Contacts/\(commit.id)"
        #expect(world.get(path, at: commit.visible - .milliseconds(1)).status == 404)
        #expect(world.get(path, at: commit.visible).status == 200)
        #expect(try world.idsChanged(.contacts, after: "2026-11-23 11:59:59", at: commit.visible) == [commit.numericID])
        #expect(world.pendingCount == 0)
    }

    @Test("changes of one record are seen in their order, however late each is", arguments: 1...20)
    func lateChangesKeepTheirOrder(seed: UInt64) throws {
        var world = makeWorld(seed: seed) { $0.lateVisibility = .init(share: 0.5, atMost: .seconds(60)) }
        let id = try #require(world.ids(of: .contacts).first)
        for step in 1...20 {
            try world.update(.contacts, id, [.set("TITLE", .text("\(step)"))], at: noon + .seconds(step))
        }
        let visible = world.history(of: .contacts, id).map(\.visible)
        #expect(visible == visible.sorted())
        #expect(try world.get("/Contacts/\(id)", at: noon + .minutes(5)).record()["TITLE"] as? String == "20")
    }

    @Test("what requests find is what the visible states say")
    func visibleRecords() throws {
        var world = makeWorld { $0.lateVisibility = .init(share: 0.3, atMost: .seconds(20)) }
        for step in 0..<300 { world.edit(at: noon + .milliseconds(step * 250)) }
        let end = noon + .minutes(10)
        for object in SimulatedObject.allCases {
            let expected = world.ids(of: object).compactMap { world.history(of: object, $0).last?.document }
            #expect(world.visibleRecords(of: object, at: end) == expected)
        }
    }
}
