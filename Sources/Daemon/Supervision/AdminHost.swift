// Where the admin server is at home: there may be none, and its address may change while the daemon runs.

import Admin
import ChangeFeed
import ChangeStore
import DaemonConfiguration
import Foundation
import Logging
import ServiceLifecycle

/// Runs the admin server at the address that came last.
struct AdminHost: Service {
    /// Nil: there is to be none.
    let addresses: AsyncStream<AdminListen?>
    let supervisor: Supervisor
    let clock: SteadyClock
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

    private func server(at listen: AdminListen) -> AdminServer {
        let address: AdminServer.Address =
            switch listen {
            case .tcp(let host, let port): .tcp(host: host, port: port)
            case .unix(let path): .unix(path: path)
            }
        let look = SharedLook(now: { clock.now }) {
            guard let desk = supervisor.desk, let account = supervisor.polling?.account else { throw NothingRuns() }
            let endpoints = supervisor.endpointNames
            return try await desk.look { try $0.status(of: account, endpoints: endpoints) }
        }
        return AdminServer(
            address: address,
            bounds: .init(connections: supervisor.adminConnections, patience: Limits.adminPatience),
            machine: ProcessInfo.processInfo.hostName, logger: logger,
            reasonsNotReady: {
                (supervisor.desk?.troubles ?? []).map { "the state store: \($0.words)" }.sorted()
            },
            metrics: { await metrics(look) })
    }

    private func metrics(_ look: SharedLook<StoreStatus>) async -> String {
        let seen = await look.seen(within: Limits.metricsMayWait)
        let now = clock.now
        var metrics = MetricsText(supervisor.desk?.troubles ?? [], age: seen.map { now - $0.time })
        guard let status = seen?.answer, let polling = supervisor.polling?.plan else { return metrics.text }
        let budget = RequestBudget(terms: polling.budget, memory: status.budget, at: now)
        metrics.add(status, allowed: budget.allowance(at: now), overlap: polling.polling.overlap, at: now)
        return metrics.text
    }

    private struct NothingRuns: Error {}
}
