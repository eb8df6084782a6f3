// The controls beside the API.

import RunningServices
import SimulatedWorld
import ChangeFeed
import Foundation
import Testing

@testable import Simulator

@Suite("Control routes")
struct ControlRoutesTests {
    private let live = LiveInstance(makeWorld(), time: VirtualTime().source)

    private func call(_ method: String, _ path: String, _ query: [QueryItem] = [], body: String = "") -> SimulatedAnswer
    {
        let request = SimulatedRequest(method: method, path: "/simulator/" + path, query: query)
        return ControlRoutes(live: live).answer(request, body: Array(body.utf8))
    }

    @Test("edits happen at once, of the kinds asked for, and are told with their records")
    func edits() throws {
        let lines = try call("POST", "edits", body: #"{"count":4,"kinds":["delete"]}"#).records()
        #expect(lines.map { $0["kind"] as? String } == Array(repeating: "deleted", count: 4))
        #expect(lines.allSatisfy { $0["record"] is [String: Any] })
        #expect(try call("POST", "edits").records().count >= 1)
        #expect(live.withInstance { world, _ in world.editMix } == .everything)
    }

    @Test("the editor rests while frozen; edits asked for go on")
    func freeze() throws {
        let before = live.withInstance { world, _ in world.commits.count }
        #expect(try call("POST", "freeze").record()["frozen"] as? Bool == true)
        live.editUnlessFrozen()
        #expect(live.withInstance { world, _ in world.commits.count } == before)
        _ = call("POST", "edits", body: #"{"kinds":["field"]}"#)
        #expect(live.withInstance { world, _ in world.commits.count } == before + 1)
        #expect(try call("POST", "freeze", body: #"{"frozen":false}"#).record()["frozen"] as? Bool == false)
        live.editUnlessFrozen()
        #expect(live.withInstance { world, _ in world.commits.count } > before + 1)
    }

    @Test("the state is what lists show, or how much of it there is")
    func state() throws {
        let counts = try #require(try call("GET", "state").record()["records"] as? [String: Int])
        #expect(counts["contacts"] == 40)
        #expect(counts["Fruit__c"] == 6)
        let records = try call("GET", "state", [QueryItem("resource", "organisations")]).records()
        let shown = records.compactMap { $0["ORGANISATION_ID"] as? Int64 }
        #expect(shown == live.withInstance { world, _ in world.ids(of: .organisations) })
    }

    @Test("faults replace those before")
    func faults() {
        _ = call("POST", "faults", body: #"{"rates":{"reset":0.25,"server-error":0.5},"slowness_seconds":1.5}"#)
        let expected = Faults([.reset: 0.25, .serverError: 0.5], slowness: .milliseconds(1500))
        #expect(live.withInstance { world, _ in world.faults } == expected)
        _ = call("POST", "faults")
        #expect(live.withInstance { world, _ in world.faults } == .none)
    }

    @Test("the statistics count the API's requests and not those of the controls")
    func requests() throws {
        live.withInstance { world, now in
            for _ in 0..<11 { _ = world.get("/Leads", at: now) }
        }
        let statistics = try call("GET", "requests").record()
        #expect(statistics["count"] as? Int == 11)
        #expect(statistics["quota_used"] as? Int == 10)
        #expect(statistics["highest_in_one_second"] as? Int == 11)
        #expect(statistics["by_status"] as? [String: Int] == ["200": 10, "429": 1])
    }

    @Test("what cannot be understood is answered with what could be")
    func mistakes() {
        #expect(call("POST", "faults", body: #"{"rates":{"flood":1}}"#).text.contains("server-error"))
        #expect(call("POST", "edits", body: "{").status == 400)
        #expect(call("GET", "state", [QueryItem("resource", "unicorns")]).status == 400)
        #expect(call("GET", "edits").status == 404)
    }

    @Test("over HTTP the controls ask for no key")
    func overHTTP() async throws {
        let answer = try await SimulatorServer.serving(live) { baseURL in
            let port = try #require(URL(string: baseURL)?.port)
            return try await exchange(
                port: port, "/simulator/edits", method: "POST", body: #"{"count":2,"kinds":["touch"]}"#)
        }
        #expect(answer.status == 200)
        #expect(answer.text.contains(#""summary":"touched""#))
    }
}
