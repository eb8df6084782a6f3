// How long a daemon leads what it holds, by its own reckoning, and what it does when a lease is over or another's.

import ChangeFeed
import Fleet
import Testing

@Suite("Leases of a daemon")
struct LeaseTests {
    private typealias Script = FleetScript
    private static let terms = LeaseTerms.standard
    private static let held = [Lease(account: "x", epoch: 1), Lease(account: "y", epoch: 1)]

    @Test("It makes itself known, then its accounts, and takes what is free")
    func begins() throws {
        var script = Script()
        #expect(script.asks == "renew 3")
        let asked = script.now
        script.now = script.now + .seconds(1)
        try script.renew()
        #expect(script.said == [.beginUntil(asked + Self.terms.lease - Self.terms.margin)])
        #expect(script.asks == "enroll x y z")
        try script.answer(.done)
        try script.see(takeable: ["x", "y", "z"])
        #expect(script.asks == "take x y z")
        try script.answer(.taken([Lease(account: "y", epoch: 4)], blocked: []))
        #expect(script.said.last == .lead(Lease(account: "y", epoch: 4)))
        #expect(script.asks == nil)
    }

    @Test("A lease is counted from before its renewal was sent, however long the answer took")
    func countedFromTheSending() throws {
        var script = try Script.leading(["x", "y"])
        while script.asks != "renew 2" { try script.question == nil ? script.sleep() : script.see() }
        let asked = script.now
        script.now = script.now + .seconds(4)
        try script.renew(Self.held)
        #expect(script.said == [.beginUntil(asked + .milliseconds(13_500))])
    }

    @Test("Everything rests at the end of the leases, and goes on where a renewal says that they are still held")
    func restsAndGoesOn() throws {
        var script = try Script.leading(["x", "y"])
        let end = script.now + .milliseconds(13_500)
        while script.said.isEmpty { if script.question == nil { try script.sleep() } else { try script.fail() } }
        #expect(script.now == end)
        #expect(script.said == [.rest("x"), .rest("y")])
        script.forget()
        while script.asks != "knock" { try script.question == nil ? script.sleep() : script.fail() }
        try script.answer(.done)
        #expect(script.said.isEmpty, "that it answers tells nothing of leases")
        let asked = script.now
        try script.renew(Self.held)
        #expect(script.said == [.beginUntil(asked + .milliseconds(13_500)), .goOn("x"), .goOn("y")])
        #expect(script.asks == "enroll x y", "others may have forgotten it meanwhile")
    }

    @Test("What is another's by now is lost, and not taken again before its work has ended")
    func loses() throws {
        var script = try Script.leading(["x", "y"])
        while script.asks != "renew 2" { try script.question == nil ? script.sleep() : script.see() }
        try script.renew([Lease(account: "y", epoch: 1)])
        #expect(script.said.contains(.lose("x")))
        #expect(!script.said.contains(.lose("y")))
        while script.asks != "look" { try script.sleep() }
        try script.see(takeable: ["x"])
        #expect(script.asks != "take x")
        script.take(.ended("x"))
        while script.asks != "look" { try script.question == nil ? script.sleep() : script.renew([Self.held[1]]) }
        try script.see(takeable: ["x"])
        #expect(script.asks == "take x")
    }

    @Test("One that was led by another meanwhile begins anew, under its new epoch and after the old work")
    func anotherEpoch() throws {
        var script = try Script.leading(["x"])
        while script.asks != "renew 1" { try script.question == nil ? script.sleep() : script.see() }
        let asked = script.now
        try script.renew([Lease(account: "x", epoch: 3)])
        #expect(script.said.suffix(2) == [.lose("x"), .beginUntil(asked + .milliseconds(13_500))])
        script.take(.ended("x"))
        while script.asks != "renew 1" { try script.question == nil ? script.sleep() : script.see() }
        try script.renew([Lease(account: "x", epoch: 3)])
        #expect(script.said.last == .lead(Lease(account: "x", epoch: 3)))
    }

    @Test("A process that was stopped wakes up resting, until a renewal came back", arguments: [true, false])
    func wakes(hearsAnOldAnswer: Bool) throws {
        var script = try Script.leading(["x", "y"])
        while script.asks != "renew 2" { try script.question == nil ? script.sleep() : script.see() }
        script.now = script.now + .minutes(3)
        if hearsAnOldAnswer { try script.renew(Self.held) } else { script.take(.wake) }
        #expect(script.said == [.rest("x"), .rest("y")])
        #expect(script.asks == "knock", "what was answered so late is not heard")
        try script.answer(.done)
        #expect(script.asks == "renew 2")
        let asked = script.now
        try script.renew([Self.held[0]])
        #expect(script.said.dropFirst(2) == [.lose("y"), .beginUntil(asked + .milliseconds(13_500)), .goOn("x")])
    }

    @Test("A take-over of which no answer came is not led until a renewal tells, under the epoch that it tells")
    func unknownTakeOver() throws {
        var script = Script()
        try script.renew()
        try script.answer(.done)
        try script.see(takeable: ["x"])
        try script.fail(.unknown("the connection was lost"))
        #expect(script.machine.led.isEmpty)
        while script.asks != "renew 3" { try script.sleep() }
        try script.renew([Lease(account: "x", epoch: 7)])
        #expect(script.said.last == .lead(Lease(account: "x", epoch: 7)))
    }

    @Test("An answer that comes after it was given up is not heard")
    func lateAnswer() throws {
        var script = try Script.leading(["x"])
        while script.asks != "renew 1" { try script.question == nil ? script.sleep() : script.see() }
        let late = try #require(script.question).number
        try script.sleep()
        #expect(script.question?.number == late + 1, "it asks anew")
        script.take(.stored(.renewed([]), question: late))
        #expect(script.said.isEmpty)
    }

    @Test("An account that left the plan is stopped, and given back when its work has ended")
    func leavesThePlan() throws {
        var script = try Script.leading(["x", "y"])
        script.take(.plan(["y"]))
        #expect(script.said == [.stop("x")])
        #expect(script.asks == "renew 1")
        try script.renew(Self.held)
        try script.answer(.done)
        script.take(.ended("x"))
        while script.asks != "giveBack x1" { try script.question == nil ? script.sleep() : script.see() }
        try script.answer(.done)
        #expect(script.machine.led.map(\.lease.account) == ["y"])
    }

    @Test("A store that says nothing of what is held is told once, until it answers again")
    func tellsOfFailures() throws {
        var script = try Script.leading(["x"])
        var failures = 0
        while failures < 3 {
            if script.question == nil { try script.sleep() } else { try script.fail(); failures += 1 }
        }
        #expect(script.news == [.storeFailed("no room")])
    }
}
