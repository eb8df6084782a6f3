// Under which epoch accounts are written.

import Fleet
import Logging
import Testing

@testable import Daemon

@Suite("Accounts that are led")
struct LedAccountsTests {
    private func led(isShared: Bool) -> LedAccounts {
        LedAccounts(isShared: isShared, logger: Logger(label: "led") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("On a store that others use too, nothing is ever written without an epoch")
    func epochs() {
        let led = led(isShared: true)
        #expect(led.epoch(of: "x") == -1, "that of no lease")
        led.lead(Lease(account: "x", epoch: 3))
        #expect(led.epoch(of: "x") == 3)
        // What was about to start under it goes on for a moment.
        led.lose("x") {}
        #expect(led.epoch(of: "x") == 3)
        led.lead(Lease(account: "x", epoch: 5))
        #expect(led.epoch(of: "x") == 5)
    }

    @Test("On a store of this daemon's own, there are no epochs")
    func alone() {
        #expect(led(isShared: false).epoch(of: "x") == nil)
    }
}
