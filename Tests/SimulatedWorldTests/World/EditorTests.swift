// The editor: it keeps going, does everything in its repertoire, and what it does can be seen.

import ChangeFeed
import Foundation
import Testing

@testable import SimulatedWorld

@Suite("Editor")
struct EditorTests {
    @Test("it does everything in its repertoire, and each edit changes what the record says or its stamp")
    func repertoire() throws {
        var world = makeWorld()
        world.editMix = EditMix(Dictionary(uniqueKeysWithValues: EditKind.allCases.map { ($0, 1) }))
        var kinds: Set<CommitKind> = []
        var changed: Set<String> = []
        for step in 0..<1500 {
            for commit in world.edit(at: noon + .seconds(step)) {
                kinds.insert(commit.kind)
                guard commit.kind == .updated else { continue }
                let history = world.history(of: commit.object, commit.numericID)
                let before = history[history.count - 2]
                #expect(before.document != commit.document, "\(commit.summary)")
                changed.insert(String(commit.summary.prefix(5)))
            }
        }
        #expect(kinds == [.created, .updated, .deleted, .restored, .converted, .hidden, .revealed])
        for summary in ["+ tag", "− tag", "+ dat", "− dat", "+ dom", "− dom", "+ lin", "− lin", "LAST_", "touch"] {
            #expect(changed.contains(summary), "no edit began with \(summary)")
        }
    }

    @Test("a clean-up deletes the share it is told, and a record that is edited by name lives on")
    func manyAtOnce() {
        var world = makeWorld()
        let deleted = world.deleteMany(of: .contacts, share: 0.25, at: noon)
        #expect(deleted.count == 10)
        #expect(deleted.allSatisfy { $0.kind == .deleted && !$0.isStamped })
        #expect(world.recycledIDs(of: .contacts).count == 10)
        let id = world.ids(of: .leads)[0]
        for _ in 0..<50 { #expect(world.edit(.leads, id, at: noon).map(\.kind) == [.updated]) }
        #expect(world.edit(.contacts, deleted[0].numericID, at: noon).isEmpty)
    }

    @Test("without deletes nothing ever disappears")
    func withoutDeletes() {
        var world = makeWorld()
        world.editMix = .withoutDeletes
        let before = Set(world.ids(of: .contacts))
        for step in 0..<500 { world.edit(at: noon + .seconds(step)) }
        #expect(before.isSubset(of: Set(world.ids(of: .contacts))))
        #expect(world.recycledIDs(of: .leads).isEmpty)
    }

    @Test("an instance without records gets its first")
    func emptyInstance() {
        var world = makeWorld(population: .empty)
        #expect(world.edit(at: noon).map(\.kind) == [.created])
    }

    @Test("a nightly sync stamps many records alike")
    func sync() throws {
        var world = makeWorld(population: Population(contacts: 300))
        let commits = world.sync(.contacts, count: 250, at: noon)
        #expect(Set(commits.map(\.id)).count == 250)
        #expect(Set(commits.map(\.stamp)) == [noon])
        #expect(try world.idsChanged(.contacts, after: "2026-11-23T11:59:59Z").count == 250)
    }
}
