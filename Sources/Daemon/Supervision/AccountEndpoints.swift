// The endpoints that get the events of an account that runs.

import ChangeFeed
import DaemonConfiguration
import EventStore
import Logging
import Synchronization

/// Each with a loop of its own; they come, change and go while the account and the others go on.
final class AccountEndpoints: Sendable {
    private struct Endpoint: Sendable {
        let deliveries: DeliveryService
        /// Open once no event is written for it any more.
        let left = Latch()
        let ended: Latch
    }

    private struct State {
        var endpoints: [String: Endpoint] = [:]
        /// Of those that were stopped last under a name: another one waits for it.
        var ending: [String: Latch] = [:]
        var isLeaving = false
        var hasLeft = false
    }

    let roster: EndpointRoster
    private let store: any StoreEngine
    private let surroundings: RunningAccount.Surroundings
    private let state = Mutex(State())
    private let starts: AsyncStream<Endpoint>
    private let start: AsyncStream<Endpoint>.Continuation

    /// - Parameter known: those that get events from the first one on.
    init(of store: any StoreEngine, known: [StoredEndpoint], _ surroundings: RunningAccount.Surroundings) {
        self.store = store
        self.surroundings = surroundings
        roster = EndpointRoster(known)
        (starts, start) = AsyncStream.makeStream()
    }

    var deliveries: [DeliveryService] { state.withLock { $0.endpoints.values.map(\.deliveries) } }

    /// New events are in the queues.
    func wake() { for deliveries in deliveries { deliveries.wake() } }

    /// Returns once all of them have ended.
    func run() async {
        await withDiscardingTaskGroup { tasks in
            for await endpoint in starts {
                tasks.addTask {
                    await endpoint.deliveries.run()
                    await endpoint.left.wait()
                    endpoint.ended.open()
                }
            }
        }
    }

    /// Nothing new is sent from now on.
    func stop() {
        state.withLock { $0.isLeaving = true }
        for deliveries in deliveries { deliveries.stop() }
        start.finish()
    }

    /// No event is written any more.
    func leave() {
        let endpoints = state.withLock { state in
            state.hasLeft = true
            return Array(state.endpoints.values)
        }
        for endpoint in endpoints { endpoint.left.open() }
    }

    func begin(_ endpoint: Plan.Endpoint, known: StoredEndpoint) {
        let deliveries = DeliveryService(
            endpoint, known: known, store: store, roster: roster, desk: surroundings.desk, clock: surroundings.clock,
            permit: surroundings.permit, logger: surroundings.logger, version: surroundings.version)
        let begun = Endpoint(deliveries: deliveries, ended: Latch())
        let (isLeaving, hasLeft) = state.withLock { state in
            state.endpoints[known.name] = begun
            state.ending[known.name] = begun.ended
            return (state.isLeaving, state.hasLeft)
        }
        known.logStart(deliveries.logger, at: surroundings.clock.now)
        if hasLeft { begun.left.open() }
        // One that comes after the end of all is none.
        if case .terminated = start.yield(begun) { return begun.ended.open() }
        if isLeaving { deliveries.stop() }
    }

    func reconfigure(_ endpoint: Plan.Endpoint) {
        state.withLock { $0.endpoints[endpoint.settings.name] }?.deliveries.reconfigure(endpoint)
    }

    func end(_ name: String, in tasks: inout DiscardingTaskGroup) {
        guard let endpoint = state.withLock({ $0.endpoints.removeValue(forKey: name) }) else { return }
        endpoint.deliveries.stop()
        tasks.addTask { [roster, desk = surroundings.desk] in
            // Where the store is closed, nobody writes to it.
            _ = try? await desk.run(.operate) { roster.dismiss(name) }
            endpoint.left.open()
        }
    }

    /// The end of the one that was stopped last under a name.
    func ending(of name: String) -> Latch? { state.withLock { $0.ending[name] } }
}
