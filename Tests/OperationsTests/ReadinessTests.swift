// When the daemon's work does not get on, by its status.

import ChangeFeed
import Operations
import StagedOperations
import Testing

@Suite("Readiness")
struct ReadinessTests {
    private let report: StatusReport
    private let contacts = ResourceName("contacts")

    init() throws { report = try StagedScope().scope.ask(StatusQuestion()) }

    private func reasons(
        _ polled: [ResourceName], runsFor: Int = 3_600, _ adjust: (inout StatusReport) -> Void = { _ in }
    ) -> [String] {
        var report = report
        adjust(&report)
        return Readiness(report, polled: polled, runsFor: runsFor).reasons
    }

    @Test("What is polled in time, and what has had no time yet, is no reason")
    func ready() {
        #expect(reasons([contacts]) == [])
        #expect(reasons([contacts, ResourceName("leads")], runsFor: 600) == [])
        #expect(reasons([ResourceName("Contacts")]) == [])
    }

    @Test("A resource that was never polled, or not for long, is one")
    func polls() {
        #expect(
            reasons([ResourceName("leads")], runsFor: 601).map { $0.hasPrefix("leads: was never polled") } == [true])
        let late = reasons([contacts]) { $0.resources[0].lagSeconds = 3 * 900 + 601 }
        #expect(late.map { $0.hasPrefix("contacts: the last complete poll began 3301 s ago") } == [true])
        #expect(reasons([contacts]) { $0.resources[0].lagSeconds = 3 * 900 + 600 } == [])
    }

    @Test("A refused key and an instance that is not known are reasons at once")
    func api() {
        #expect(reasons([contacts], runsFor: 1) { $0.quota.pausedFor = PauseCause.unauthorized.rawValue }.count == 1)
        #expect(
            reasons([contacts], runsFor: 1) { $0.instance = .init(awaitedSince: "2026-11-28T00:00:00Z") }.count == 1)
    }

    @Test("A receiver that fails is one once an event has waited for it, one that is not configured never")
    func deliveries() {
        func waits(_ state: String, _ seconds: Int) -> Int {
            reasons([contacts]) {
                $0.endpoints[0].state = state
                $0.endpoints[0].oldestOpenSeconds = seconds
            }.count
        }
        #expect(waits("failing", 900) == 0 && waits("failing", 901) == 1 && waits("disabled", 901) == 1)
        #expect(waits("unconfigured", 901) == 0 && waits("delivering", 90_000) == 0)
    }
}
