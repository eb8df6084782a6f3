// The judge itself: it lets through what is true, and complains of everything else.

import ChangeFeed
import ChangeOracle
import ReceivedEvents
import SimulatedWorld
import Testing

@Suite("Watch")
struct WatchTests {
    @Test("a creation, a change and a deletion in their order are what happened")
    func truth() throws {
        var stage = try Staging()
        try stage.take("created", at: 1)
        try stage.change("TITLE", "Judge", at: 10)
        try stage.take("updated", changes: [("/TITLE", stage.title(1), "\"Judge\"")], at: 11)
        try stage.delete(at: 20)
        #expect(try stage.missing() == ["its deletion was not told"])
        try stage.take("deleted", at: 21)
        try stage.restore(at: 30)
        #expect(try stage.missing() == ["it lives, and was last told as deleted"])
        try stage.take("created", restored: true, at: 31)
        #expect(stage.complaints == [])
        #expect(try stage.missing() == [])
    }

    @Test("a state of the future, a stale one and one told before are none to tell of")
    func states() throws {
        var stage = try Staging()
        try stage.take("created", at: 1)
        try stage.take("updated", changes: [], at: 2)
        #expect(stage.takeComplaints().contains { $0.contains("no state that came after") })
        try stage.change("TITLE", "Judge", at: 10)
        let judge = try stage.record()
        try stage.change("TITLE", "Clerk", at: 20)
        let changes = [("/TITLE", stage.title(1), "\"Judge\"")]
        try stage.take("updated", record: judge, changes: changes, at: 900)
        #expect(stage.takeComplaints().contains { $0.contains("no state that came after") })
        try stage.take("updated", changes: changes, at: 901)
        #expect(stage.takeComplaints().contains { $0.contains("do not lead from the last event") })
    }

    @Test("a deletion is told where there was one at that time, and once")
    func deletions() throws {
        var stage = try Staging()
        try stage.take("created", at: 1)
        try stage.hide(at: 5)
        try stage.take("deleted", at: 6)
        #expect(stage.takeComplaints().contains { $0.contains("was not deleted then") })
        var other = try Staging()
        try other.take("created", at: 1)
        try other.delete(at: 10)
        try other.take("deleted", at: 11)
        try other.take("deleted", at: 12)
        #expect(other.takeComplaints().contains { $0.contains("deleted twice") })
        var third = try Staging()
        try third.take("created", at: 1)
        try third.delete(at: 10)
        try third.restore(at: 20)
        try third.take("deleted", at: 900)
        #expect(third.takeComplaints().contains { $0.contains("was not deleted then") })
    }

    @Test("of two deletions soon after each other, one that was learned in between is told as it was then")
    func deletionsOfSilentlyLearned() throws {
        var stage = try Staging()
        try stage.delete(at: 10)
        try stage.restore(at: 20)
        let learned = try stage.record()
        try stage.change("TITLE", "Judge", at: 30)
        try stage.delete(at: 31)
        try stage.take("deleted", record: learned, at: 60)
        #expect(stage.complaints == [])
        var other = try Staging()
        try other.delete(at: 10)
        try other.take("deleted", record: Array(#"{"CONTACT_ID":1}"#.utf8), at: 11)
        #expect(other.takeComplaints().contains { $0.contains("not what was known last") })
    }

    @Test("what was read by its id, and saved without a change, may be deleted as a page showed it since")
    func deletionsOfTouched() throws {
        func complaints(byID: Bool, asTold: Bool = false, changing: Bool = false) throws -> [String] {
            var stage = try Staging()
            try stage.take("created", byID: byID, at: 1)
            let told = try stage.record()
            if changing { try stage.change("TITLE", "Judge", at: 10) } else { try stage.touch(at: 10) }
            let touched = try stage.record()
            #expect(touched != told)
            try stage.delete(at: 20)
            try stage.take("deleted", record: asTold ? told : touched, at: 21)
            return stage.takeComplaints()
        }
        #expect(try complaints(byID: true) == [])
        #expect(try complaints(byID: true, asTold: true) == [])
        #expect(try complaints(byID: false, asTold: true) == [])
        #expect(try complaints(byID: false).contains { $0.contains("not what was known last") })
        #expect(try complaints(byID: true, changing: true).contains { $0.contains("not what was known last") })
    }

    @Test("a return follows a deletion, and a creation nothing")
    func returns() throws {
        var stage = try Staging()
        try stage.take("created", restored: true, at: 1)
        #expect(stage.takeComplaints().contains { $0.contains("nothing was told of a deletion") })
        try stage.touch(at: 5)
        try stage.take("created", at: 6)
        #expect(stage.takeComplaints().contains { $0.contains("created twice") })
        try stage.delete(at: 10)
        try stage.take("deleted", at: 11)
        try stage.restore(at: 20)
        try stage.take("updated", changes: [], at: 21)
        #expect(stage.takeComplaints().contains { $0.contains("only a return") })
    }

    @Test("a record that is hidden may be told of in any state, and one that was never seen not at all")
    func ends() throws {
        var stage = try Staging()
        #expect(try stage.missing() == ["it was never announced"])
        try stage.delete(at: 5)
        #expect(try stage.missing() == [])
        #expect(try stage.missing(hasSeen: true).first?.contains("its deletion was not told") == true)
        var hidden = try Staging()
        try hidden.take("created", at: 1)
        try hidden.change("TITLE", "Judge", at: 5)
        #expect(try hidden.missing().first?.contains("was not told") == true)
        try hidden.hide(at: 10)
        #expect(try hidden.missing() == [])
    }

    @Test("What was dismissed is not missing, and the next change leads from it")
    func dismissals() throws {
        var stage = try Staging()
        try stage.take("created", at: 1)
        try stage.change("TITLE", "Judge", at: 10)
        #expect(try stage.missing().first?.contains("it differs in TITLE") == true)
        stage.dismiss(at: 20)
        #expect(try stage.missing() == [])
        try stage.change("TITLE", "Clerk", at: 30)
        #expect(try stage.missing() != [])
        try stage.take("updated", changes: [("/TITLE", "\"Judge\"", "\"Clerk\"")], at: 31)
        #expect(stage.complaints == [])
        try stage.delete(at: 40)
        #expect(try stage.missing() != [])
        stage.dismiss(at: 50)
        #expect(try stage.missing() == [])
    }

    @Test("A change of nothing but what is ignored need not be told")
    func ignored() throws {
        var stage = try Staging()
        try stage.take("created", at: 1)
        try stage.change("TITLE", "Judge", at: 10)
        #expect(try stage.missing(ignored: ["TITLE"]) == [])
        #expect(try stage.missing(ignored: ["PHONE"]) != [])
    }
}
