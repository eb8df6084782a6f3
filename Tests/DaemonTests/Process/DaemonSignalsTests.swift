// Signals and descriptors, as values.

import ChangeFeed
import Testing
import UnixSignals

@testable import Daemon

@Suite("The process")
struct ProcessTests {
    @Test("Deliveries have their descriptors before the admin server has any, and too few are told of")
    func descriptors() {
        let plenty = DescriptorPlan(limit: 4_096, attempts: 40)
        #expect(plenty.adminConnections == 32 && !plenty.isShort)
        let few = DescriptorPlan(limit: plenty.needed + 10, attempts: 40)
        #expect(few.adminConnections == 10 && few.isShort)
        let none = DescriptorPlan(limit: 16, attempts: 40)
        #expect(none.adminConnections == Limits.fewestAdminConnections && none.isShort)
        let both = DescriptorPlan(limit: plenty.needed + 10, attempts: 40, servers: 2)
        #expect(both.adminConnections == 5 && both.wanted == plenty.wanted + plenty.adminConnections)
        let alone = DescriptorPlan(limit: plenty.needed, attempts: 40, servers: 0)
        #expect(!alone.isShort && DescriptorPlan(limit: alone.needed - 1, attempts: 40, servers: 0).isShort)
    }

    @Test("SIGTERM and SIGINT stop the daemon; SIGHUP has the configuration read again")
    func signals() {
        #expect(DaemonSignals.meaning(of: .sigterm) == .stop)
        #expect(DaemonSignals.meaning(of: .sigint) == .stop)
        #expect(DaemonSignals.meaning(of: .sighup) == .reload)
        #expect(DaemonSignals.meaning(of: .sigusr1) != .stop)
    }
}
