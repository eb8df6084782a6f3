// Where the admin server is at home: there may be none, and its address may change while the daemon runs.

import AdminHTTP
import ChangeFeed
import DaemonConfiguration
import Foundation
import Logging
import ServiceLifecycle

/// Runs the admin server at the address that came last.
struct AdminHost: Service {
    /// Nil: there is to be none.
    let addresses: AsyncStream<AdminListen?>
    let supervisor: Supervisor
    let desk: SupervisedDesk
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { tasks in
                var last: (leaving: Latch, ended: Latch)?
                for await address in addresses {
                    last?.leaving.open()
                    await last?.ended.wait()
                    guard let address else { continue }
                    let (leaving, ended) = (Latch(), Latch())
                    last = (leaving, ended)
                    let server = server(at: address)
                    tasks.addTask {
                        await leaving.ends { try? await server.run() }
                        ended.open()
                    }
                }
            }
        }
    }

    private func server(at listen: AdminListen) -> GuardedServer {
        let address: ListenAddress =
            switch listen {
            case .tcp(let host, let port): .tcp(host: host, port: port)
            case .unix(let path): .unix(path: path)
            }
        return .admin(
            at: address, bounds: .init(connections: supervisor.adminConnections, patience: Limits.adminPatience),
            machine: ProcessInfo.processInfo.hostName, token: nil, desk: desk, logger: logger)
    }
}
