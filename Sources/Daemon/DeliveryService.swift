// The loop that delivers: posts what the endpoint's machine asks for, and gives it what came of that.

import ChangeFeed
import ChangeStore
import Logging
import ServiceLifecycle
import Synchronization
import WebhookDelivery

/// The delivering of events to one endpoint.
package final class DeliveryService: ServiceLoop {
    let endpoint: StoredEndpoint
    let logger: Logger
    private let desk: StoreDesk
    private let sender: WebhookSender
    private let envelope: WebhookEnvelope
    private let clock: SteadyClock
    private let machine: EndpointMachine
    private let loop: MachineLoop<EndpointMachine>
    /// Attempts that wait until they may make their request once more.
    private let repeating = Mutex<[Int64: AsyncStream<Instant>.Continuation]>([:])

    init(
        endpoint: StoredEndpoint, desk: StoreDesk, sender: WebhookSender, envelope: WebhookEnvelope,
        terms: EndpointMachine.Terms, clock: SteadyClock, logger: Logger
    ) {
        self.endpoint = endpoint
        self.desk = desk
        self.sender = sender
        self.envelope = envelope
        self.clock = clock
        self.logger = logger
        machine = EndpointMachine(terms, heldUntil: endpoint.heldUntil, health: endpoint.health)
        loop = MachineLoop(label: "delivery to \(endpoint.name)", clock: clock)
    }

    /// Attempts in flight when the stop comes are waited for: each has its own timeout.
    package func run() async throws {
        await loop.run(machine, stop: .stop) {
            DeliveryPerformer(service: self, log: DeliveryLog(logger: logger, endpoint: endpoint.name))
        }
    }

    package func stop() { loop.post(.stop) }

    /// New events are in the queue.
    package func wake() { loop.post(.wake) }

    /// Somebody says that the receiver is well again.
    package func resume() { loop.post(.resume) }

    package func answers() async { await loop.answers() }

    fileprivate func make(_ attempt: Attempt) async {
        let post = envelope.post(attempt.delivery, at: SteadyClock.wall)
        let outcome = await sender.post(post) { try await self.turnToRepeat(attempt) }
        loop.post(.ended(attempt, bytes: post.body.count, outcome))
    }

    /// Waits until a request that has to be made once more may leave; throws where the daemon is told to stop meanwhile.
    private func turnToRepeat(_ attempt: Attempt) async throws {
        let (departures, answer) = AsyncStream.makeStream(of: Instant.self)
        repeating.withLock { $0[attempt.delivery.id] = answer }
        loop.post(.asksToRepeat(attempt))
        try await cancelWhenGracefulShutdown {
            for await departure in departures { try await Task.sleep(for: max(.zero, departure - self.clock.now)) }
            try Task.checkCancellation()
        }
    }

    fileprivate func letRepeat(_ attempt: Attempt, at departure: Instant) {
        guard let waiting = repeating.withLock({ $0.removeValue(forKey: attempt.delivery.id) }) else { return }
        waiting.yield(departure)
        waiting.finish()
    }

    fileprivate func putBack(_ deliveries: [Int64]) { desk.store.putBack(deliveries) }

    fileprivate func carryOut(_ verb: EndpointMachine.Verb, _ question: Int) async {
        do {
            loop.post(.stored(try await answer(verb), question: question))
        } catch {
            loop.post(.storeFailed(reason: "\(error)", question: question))
        }
    }

    private func answer(_ verb: EndpointMachine.Verb) async throws -> EndpointMachine.Answer {
        let endpoint = endpoint
        return switch verb {
        case .settle(let reports, let holdUntil, let health, let now):
            try await desk.run(.deliver) {
                try $0.settle(reports, of: endpoint, holdUntil: holdUntil, health: health, at: now)
                return .done
            }
        case .resume:
            try await desk.run(.deliver) {
                try $0.resume(endpoint)
                return .done
            }
        case .giveUp(let deliveries, let now):
            try await desk.run(.deliver) {
                .gaveUp(try $0.giveUpUnreadable(deliveries, of: endpoint, at: now))
            }
        case .claim(let admission, let admitsReplays, let now):
            try await desk.run(.deliver) {
                .claimed(try $0.claim(of: endpoint, admission, admittingReplays: admitsReplays, at: now))
            }
        case .look(let replaysOpen, let now):
            try await desk.run(.deliver) {
                .waiting(try $0.waiting(of: endpoint, replaysOpen: replaysOpen, at: now))
            }
        }
    }
}

private struct DeliveryPerformer: EffectPerformer {
    typealias Work = EndpointMachine

    let service: DeliveryService
    var log: DeliveryLog

    mutating func perform(_ effect: EndpointMachine.Effect, in tasks: inout DiscardingTaskGroup) {
        let service = service
        switch effect {
        case .post(let attempt): tasks.addTask { await service.make(attempt) }
        case .mayRepeat(let attempt, let departure): service.letRepeat(attempt, at: departure)
        case .store(let verb, let question): tasks.addTask { await service.carryOut(verb, question) }
        case .putBack(let deliveries): service.putBack(deliveries)
        case .tell(let news): log.tell(news)
        }
    }
}
