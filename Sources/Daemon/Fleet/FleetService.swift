// The loop that shares accounts with other daemons: asks the store what its machine wants, and passes on what follows.

import ChangeFeed
import Dispatch
import Fleet
import Logging
import Synchronization

/// One daemon of the fleet, as long as the process runs. Told to stop, it has all work end and gives the accounts back.
final class FleetService: ServiceLoop {
    /// Heeded by whoever begins anything.
    let permit: BeginPermit
    private let store: any LeaseStore
    private let commands: any FleetCommands
    private let terms: LeaseTerms
    private let clock: SteadyClock
    private let log: FleetLog
    private let machine: FleetMachine
    private let loop: MachineLoop<FleetMachine>
    private let state = Mutex(FleetStanding())
    /// One that was given up may still be under way when the next is asked.
    private let verbs = DispatchQueue(label: "leases", attributes: .concurrent)

    /// - Parameters:
    ///   - store: with sessions of its own, so that a renewal waits for nothing that accounts write.
    ///   - permit: by the same clock.
    init(
        _ id: DaemonID, _ terms: LeaseTerms, at store: any LeaseStore, commanding commands: any FleetCommands,
        permit: BeginPermit, clock: SteadyClock, logger: Logger
    ) {
        self.store = store
        self.commands = commands
        self.terms = terms
        self.permit = permit
        self.clock = clock
        log = FleetLog(logger: logger)
        machine = FleetMachine(id: id, terms: terms)
        loop = MachineLoop(label: "leases", clock: clock)
    }

    /// What is led, since when, and how often that changed.
    var standing: FleetStanding { state.withLock { $0 } }

    func run() async {
        await loop.run(machine, stop: .stop) { FleetPerformer(service: self) }
    }

    /// These are the accounts that may be led from now on.
    func goBy(_ plan: Set<String>) { loop.post(.plan(plan)) }

    func answers() async { await loop.answers() }

    func stop() { loop.post(.stop) }

    fileprivate func perform(_ effect: FleetMachine.Effect, in tasks: inout DiscardingTaskGroup) {
        state.withLock { $0.heed(effect, at: clock.now) }
        switch effect {
        case .beginUntil(let end): permit.set(until: end)
        case .lead(let lease): commands.lead(lease)
        case .rest(let account): commands.rest(account)
        case .goOn(let account): commands.goOn(account)
        case .stop(let account): commands.stop(account) { [loop] in loop.post(.ended(account)) }
        case .lose(let account): commands.lose(account) { [loop] in loop.post(.ended(account)) }
        case .store(let verb, let question):
            let end = clock.now + terms.patience
            tasks.addTask { await self.carryOut(verb, question, before: end) }
        case .tell(let news): log.tell(news)
        }
    }

    /// - Parameter end: what could not be begun by then has been given up, and is left out: the process was stopped.
    private func carryOut(_ verb: FleetMachine.Verb, _ question: Int, before end: Instant) async {
        let (store, clock) = (store, clock)
        do {
            let answer = try await Blocking.run(on: verbs, skipsCancelled: true) {
                guard clock.now < end else { throw FleetMachine.Failure.failed("this process was held up") }
                return try store.answer(verb)
            }
            loop.post(.stored(answer, question: question))
        } catch let failure as FleetMachine.Failure {
            loop.post(.storeFailed(failure, question: question))
        } catch {
            loop.post(.storeFailed(.unknown("\(error)"), question: question))
        }
    }
}

private struct FleetPerformer: EffectPerformer {
    typealias Work = FleetMachine

    let service: FleetService

    mutating func perform(_ effect: FleetMachine.Effect, in tasks: inout DiscardingTaskGroup) {
        service.perform(effect, in: &tasks)
    }
}
