// What a daemon does with what it leads when it is told to stop.

import ChangeFeed
import Fleet
import Testing

@Suite("A daemon that leaves the fleet")
struct LeavingTests {
    private typealias Script = FleetScript
    private static let held = [Lease(account: "x", epoch: 1), Lease(account: "y", epoch: 1)]

    @Test("Everything is stopped, and given back as it ends")
    func givesEverythingBack() throws {
        var script = try Script.leading(["x", "y"])
        script.take(.stop)
        #expect(script.said == [.stop("x"), .stop("y")])
        #expect(script.asks == "renew 0", "others see at once that it counts no more")
        script.take(.ended("x"))
        try script.renew(Self.held)
        #expect(script.asks == "giveBack x1")
        try script.answer(.done)
        #expect(script.asks == nil, "y has not ended")
        #expect(!script.machine.isDone)
        script.take(.ended("y"))
        #expect(script.asks == "leave")
        #expect(!script.machine.isDone)
        try script.answer(.done)
        #expect(script.machine.isDone)
        #expect(script.machine.alarm == nil)
    }

    @Test("Leases are renewed for as long as the work takes to end")
    func renewsWhileWorkEnds() throws {
        var script = try Script.leading(["x", "y"])
        script.take(.stop)
        try script.renew(Self.held)
        let before = script.now
        try script.sleep()
        #expect(script.asks == "renew 0")
        #expect(script.now - before <= .seconds(5))
    }

    @Test("A store that is away keeps nobody: what cannot be given back is over by itself")
    func storeIsAway() throws {
        var script = try Script.leading(["x", "y"])
        script.take(.stop, .ended("x"), .ended("y"))
        let began = script.now
        while !script.machine.isDone { if script.question == nil { try script.sleep() } else { try script.fail() } }
        #expect(script.now - began <= .milliseconds(13_500))
    }

    @Test("One that never reached the store ends at once")
    func neverBegan() throws {
        var script = Script()
        try script.fail()
        script.take(.stop)
        #expect(script.machine.isDone)
    }

    @Test("What was won by an answer that comes after the stop goes back, and no work begins")
    func wonAfterTheStop() throws {
        var script = Script()
        try script.renew()
        try script.answer(.done)
        try script.see(takeable: ["x", "y", "z"])
        script.take(.stop)
        try script.answer(.taken([Lease(account: "x", epoch: 2)], blocked: []))
        #expect(!script.said.contains { if case .lead = $0 { true } else { false } })
        #expect(script.asks == "leave")
    }
}
