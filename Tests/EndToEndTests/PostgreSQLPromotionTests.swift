// The real program, restarted between a server that was promoted and one that was left behind by that.

import Foundation
import PrivatePostgreSQL
import StartedPrograms
import Testing

@Suite("A promotion of PostgreSQL", .timeLimit(.minutes(60)))
struct PostgreSQLPromotionTests {
    @Test("A server that was left behind is not believed by the next daemon either, which waits for the other")
    func leftBehind() async throws {
        try await PrivateCluster.running { old in
            let name = try await Database(in: old).name
            try await old.withStandby(isSynchronous: false) { new in
                try await Stage.set(Stage.world { $0.limits.perSecond = nil }) { stage in
                    let hosts = "host=\(old.folder),\(new.folder) port=\(old.port),\(new.port)"
                    try stage.configure([
                        "store.path": "null", "store.url": "\"\(hosts) user=tester dbname=\(name)\"",
                        "event.poller.start": #""beginning""#,
                    ])
                    let first = try stage.startDaemon()
                    try await stage.took.wait { $0.count == 95 }
                    // It hands over all that it has to its standby.
                    await old.stop(SIGINT)
                    try await new.promote()
                    stage.live.change { instance, now in instance.edit(of: .contacts, at: now) }
                    try await stage.took.wait { $0.count > 95 }
                    #expect(await first.stop() == 0)

                    await new.stop(SIGINT)
                    try await old.start()
                    let second = try stage.startDaemon()
                    let refused = await second.lines.first { $0.contains("was left behind") }
                    #expect(refused?.contains("\(stage.directory.path)/postgresql-timelines; delete it") == true)
                    try await new.start()
                    try await stage.judge(second)
                }
            }
        }
    }

    @Test("A standby is refused with what to do, and waited for until it is promoted")
    func standby() async throws {
        try await PrivateCluster.running { primary in
            let name = try await Database(in: primary).name
            try await primary.withStandby(isSynchronous: false) { standby in
                try await Stage.set { stage in
                    let address = "host=\(standby.folder) port=\(standby.port) user=tester dbname=\(name)"
                    try stage.configure(["store.path": "null", "store.url": "\"\(address)\""])
                    let words = "this PostgreSQL is a standby, which takes no writes: name its primary, or promote it"
                    let (said, status) = try await stage.refuses(["status"])
                    #expect(status == 69 && said.contains(words), "\(said)")
                    let daemon = try stage.startDaemon()
                    #expect(await daemon.lines.first { $0.contains(words) }?.contains("the start waits for it") == true)
                    try await standby.promote()
                    try await daemon.hasLearned(4)
                    #expect(await daemon.stop() == 0)
                }
            }
        }
    }
}
