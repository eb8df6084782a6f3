// Where a server of the daemon is at home: there may be none, and its place may change while the daemon runs.

import AdminHTTP
import ServiceLifecycle

/// Runs a server at the place that came last, once the one before has ended.
struct ListeningHost<Place: Sendable>: Service {
    /// Nil: there is to be none.
    let places: AsyncStream<Place?>
    let server: @Sendable (Place) -> GuardedServer

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { tasks in
                var last: (leaving: Latch, ended: Latch)?
                for await place in places {
                    last?.leaving.open()
                    await last?.ended.wait()
                    guard let place else { continue }
                    let (leaving, ended) = (Latch(), Latch())
                    last = (leaving, ended)
                    let server = server(place)
                    tasks.addTask {
                        await leaving.ends { try? await server.run() }
                        ended.open()
                    }
                }
            }
        }
    }
}
