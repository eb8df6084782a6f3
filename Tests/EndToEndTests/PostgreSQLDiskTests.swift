// The real program while its database has no room on the disk.

import Foundation
import PrivatePostgreSQL
import RunningServices
import Simulator
import Testing

@Suite(
    "PostgreSQL without room on its disk", .timeLimit(.minutes(60)),
    .enabled(Comment(rawValue: SmallDisk.whyNot)) { await SmallDisk.isAvailable })
struct PostgreSQLDiskTests {
    private let keys = ["event.poller.start": #""beginning""#]

    @Test("Its log has no room: the server is gone until there is some, and the daemon goes on by itself")
    func log() async throws {
        try await SmallDisk.mounted(megabytes: 16) { disk in
            try await PrivateCluster.running(log: disk) { server in
                try await Stage.set(Stage.world { $0.limits.perSecond = nil }) { stage in
                    try await stage.configure(Database(in: server).keys.merging(keys) { $1 })
                    let daemon = try stage.startDaemon()
                    let log = DaemonLog(of: daemon)
                    try await stage.took.wait { $0.count == 95 }
                    try await disk.fill()
                    try await running(EditingService(stage.live, editsPerMinute: 3_000, seed: 4)) {
                        await server.ends()
                        try await log.says("cannot be reached, and everything waits")
                    }
                    // It needs room to recover.
                    await #expect(throws: ClusterFailure.self) { try await server.start() }
                    try await disk.makeRoom()
                    try await server.start()
                    try await log.says("can be reached again")
                    try await stage.judge(daemon, mayRepeat: true)
                }
            }
        }
    }

    @Test("Its tables have no room: everything waits, the log says so, and the daemon goes on once there is some")
    func tables() async throws {
        try await SmallDisk.mounted(megabytes: 24) { disk in
            try await PrivateCluster.running(tables: disk) { server in
                try await Stage.set(Stage.world { $0.limits.perSecond = nil }) { stage in
                    let database = try await Database(in: server, tablespace: "small")
                    try stage.configure(database.keys.merging(keys) { $1 })
                    let daemon = try stage.startDaemon()
                    let log = DaemonLog(of: daemon)
                    try await stage.took.wait { $0.count == 95 }
                    try await disk.fill()
                    try await running(EditingService(stage.live, editsPerMinute: 3_000, seed: 4)) {
                        try await log.says("has no room on the disk: make some")
                    }
                    let status = try await stage.status()
                    #expect(status.daemonRuns == true)
                    try await disk.makeRoom()
                    try await log.says("the state store works again")
                    try await stage.judge(daemon)
                    let complaints = await log.complaints
                    #expect(complaints.contains { $0.contains("SQLSTATE 53100") && $0.contains("could not extend") })
                }
            }
        }
    }
}
