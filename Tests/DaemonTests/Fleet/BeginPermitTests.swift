// Whether anything may begin, by the clock of the moment.

import ChangeFeed
import Testing

@testable import Daemon

@Suite("The permit to begin anything")
struct BeginPermitTests {
    @Test("Nothing begins before somebody says until when, and nothing from that moment on")
    func ends() {
        let clock = SteadyClock()
        let permit = BeginPermit(clock: clock)
        #expect(!permit.isValid)
        permit.set(until: clock.now + .hours(1))
        #expect(permit.isValid)
        let end = clock.now
        permit.set(until: end)
        #expect(!permit.isValid)
        #expect(permit.until == end)
    }

    @Test("One that shares with nobody begins whatever it likes")
    func alone() {
        #expect(BeginPermit(clock: SteadyClock(), until: .distantFuture).isValid)
    }
}
