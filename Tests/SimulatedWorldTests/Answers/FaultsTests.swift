// Each fault, and how often it strikes.

import ChangeFeed
import Foundation
import Testing

@testable import SimulatedWorld

@Suite("Faults")
struct FaultsTests {
    private func struck(by fault: Fault) -> SimulatedAnswer {
        var world = makeWorld(faults: Faults([fault: 1], slowness: .seconds(7)))
        return world.get("/Contacts", ["top": "3"])
    }

    @Test("errors of the server come as JSON or as a page")
    func serverErrors() {
        #expect(struck(by: .serverError).status == 500)
        #expect(struck(by: .errorPage).status == 502)
        #expect(struck(by: .errorPage).text.hasPrefix("<!DOCTYPE html>"))
        #expect(struck(by: .maintenancePage).status == 200)
        #expect(struck(by: .maintenancePage).headers.value(of: "Content-Type") == "text/html; charset=utf-8")
        #expect(struck(by: .longPause).headers.value(of: "Retry-After") == "315360000")
        #expect(struck(by: .tooManyRequests).status == 429)
        #expect(struck(by: .tooManyRequests).headers.value(of: "Retry-After") == nil)
    }

    @Test("faults of the way leave the answer whole and say what becomes of it")
    func transport() {
        #expect(struck(by: .reset).transport == .reset)
        #expect(struck(by: .brokenCompression).transport == .brokenCompression)
        #expect(struck(by: .slow).delay == .seconds(7))
        let truncated = struck(by: .truncated)
        guard case .truncated(let bytes) = truncated.transport else { return #expect(Bool(false)) }
        #expect((0..<truncated.body.count).contains(bytes))
    }

    @Test("a malformed answer is no JSON")
    func malformed() {
        #expect((try? JSONSerialization.jsonObject(with: Data(struck(by: .malformed).body))) == nil)
    }

    @Test("a wrong Date is a day ahead, and everything else of the answer is good")
    func wrongDate() throws {
        var world = makeWorld()
        let good = world.get("/Contacts", ["top": "3"])
        let wrong = struck(by: .wrongDate)
        #expect(wrong.body == good.body)
        #expect(try #require(wrong.serverTime) - #require(good.serverTime) == .hours(24))
    }

    @Test("a mixed share strikes about as often, with every fault, and counts against the quota")
    func rates() {
        var world = makeWorld(population: Population(leads: 1), faults: .mixed(0.45)) { $0.limits.perSecond = nil }
        var generator = SeededGenerator(seed: 3)
        var counts: [Fault: Int] = [:]
        var none = 0
        for _ in 0..<9000 {
            if let fault = world.faults.strike(&generator) { counts[fault, default: 0] += 1 } else { none += 1 }
        }
        #expect((4700...5200).contains(none))
        for fault in Fault.allCases where !Fault.apart.contains(fault) {
            #expect((370...530).contains(counts[fault] ?? 0))
        }
        for _ in 0..<50 { _ = world.get("/Leads") }
        #expect(world.quotaUsed == 50)
    }

    @Test("faults can be switched on and off while the world lives")
    func adjustable() {
        var world = makeWorld()
        world.faults = Faults([.serverError: 1])
        #expect(world.get("/Leads").status == 500)
        world.faults = .none
        #expect(world.get("/Leads").status == 200)
    }
}
