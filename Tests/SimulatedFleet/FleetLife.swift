// The life of a fleet in virtual time: daemons, a store, and the way between them.

import ChangeFeed
import Fleet
import SimulatedWorld
import VirtualTime

/// Lives of the daemons' own machines on a store in memory. One seed decides everything.
final class FleetLife {
    enum Happening {
        case arrives(FleetMachine.Verb, question: Int, of: DaemonID)
        case answered(FleetMachine.Input, of: DaemonID)
        case workEnds(Int, of: DaemonID)
        case misfortune
        case wakes(DaemonID)
        case joins
        case cut(DaemonID)
        case heals(DaemonID)
        /// A daemon learns whether an account is configured.
        case learns(DaemonID, Int)
        case storeIsWell
        case inspection
    }

    enum Weather: Equatable {
        case fair
        /// Slow, and answers are lost.
        case storm
        case refuses
        case silent
        /// It was taken back to an earlier state, and whoever asks it says so.
        case setBack
    }

    let scenario: FleetScenario
    let terms: LeaseTerms
    let bounds: FleetBounds
    var random: SeededGenerator
    private var chance: SeededGenerator
    var now = FleetLife.beginning
    var agenda = FleetAgenda()
    var daemons: [DaemonID: VirtualDaemon] = [:]
    var order: [DaemonID] = []
    var leases: VirtualLeases
    var judge: FleetJudge
    var rates: RequestRates
    var trace: Trace
    var weather = Weather.fair
    var isPeaceful = false
    var happened = 0
    var accounts: Set<Int>
    private var born = 0
    private let storeClock: VirtualClock
    var storeNow: Instant { storeClock.shown(at: now) }

    static let beginning = Instant(secondsSince1970: 1_795_435_200)

    init(_ scenario: FleetScenario, traced: Bool) {
        self.scenario = scenario
        terms = .standard
        bounds = FleetBounds(lease: terms.lease, holdUp: scenario.holdUp)
        random = SeededGenerator(seed: scenario.seed, purpose: 61)
        chance = SeededGenerator(seed: scenario.seed, purpose: 62)
        leases = VirtualLeases(terms)
        judge = FleetJudge(bounds)
        rates = RequestRates()
        trace = Trace(isKept: traced)
        accounts = Set(1...scenario.accounts)
        storeClock = VirtualClock(
            start: Self.beginning, offset: .seconds(random.within(-90_000...90_000)), drift: 0)
        for account in accounts.sorted() { judge.isConfigured(account, at: now) }
        for _ in 0..<scenario.daemons { schedule(.joins, after: random.duration(upTo: .seconds(5))) }
        schedule(.inspection, after: .seconds(1))
        scheduleMisfortune()
    }

    func schedule(_ happening: Happening, after wait: Duration) { agenda.add(happening, at: now + wait) }

    func note(_ line: @autoclosure () -> String) { trace.note(line(), at: now) }

    /// - Returns: whether every promise was kept so far.
    func run(for duration: Duration) -> Bool {
        let end = now + duration
        while judge.complaints.isEmpty {
            for id in order where daemons[id]?.next.map({ $0 <= now }) ?? false { act(id) }
            let next = order.reduce(agenda.earliest) { min($0, daemons[$1]?.next ?? .distantFuture) }
            guard next <= end else { break }
            now = max(now, next)
            while let happening = agenda.take(at: now) { perform(happening) }
        }
        now = max(now, end)
        return judge.complaints.isEmpty
    }

    private func act(_ id: DaemonID) {
        guard let effects = daemons[id]?.effects(at: now, chance: &chance) else { return }
        for effect in effects { perform(effect, of: id) }
        judge.acted(id, at: now)
        if daemons[id]?.machine.isDone == true { hasLeft(id) }
    }

    private func perform(_ happening: Happening) {
        switch happening {
        case .arrives(let verb, let question, let id): arrives(verb, question, of: id)
        case .answered(let input, let id): daemons[id]?.post(input, at: now)
        case .workEnds(let account, let id): workEnds(account, of: id)
        case .misfortune: if !isPeaceful { misfortune() }
        case .wakes(let id): wake(id)
        case .joins: join()
        case .cut(let id): cut(id)
        case .heals(let id): heal(id)
        case .learns(let id, let account): learn(id, of: account)
        case .storeIsWell: storeIsWell()
        case .inspection: inspect()
        }
    }
}

// MARK: - The judge

extension FleetLife {
    private func inspect() {
        schedule(.inspection, after: .seconds(1))
        guard judge.leaderlessCount > 0 else { return judge.inspect(at: now) }
        let able = order.filter(isAble)
        judge.couldNotBeLed(accounts.filter { account in !able.contains { canLead($0, account) } }, at: now)
        judge.inspect(at: now, among: accounts)
    }
}

// MARK: - What daemons are told to do

extension FleetLife {
    private func perform(_ effect: FleetMachine.Effect, of id: DaemonID) {
        switch effect {
        case .beginUntil(let shown):
            if let moment = daemons[id]?.moment(shown) { judge.mayBegin(id, until: moment, at: now) }
        case .lead(let lease):
            let account = VirtualLeases.number(lease.account)
            note("\(id) leads \(account), epoch \(lease.epoch)")
            if daemons[id]?.working[account] != nil { judge.complain("\(id) begins \(account) before it has ended it") }
            daemons[id]?.working[account] = VirtualDaemon.Work(epoch: lease.epoch, since: now)
            judge.leads(account, epoch: lease.epoch, by: id, at: now)
        case .rest(let name):
            note("\(id) rests \(name)")
            judge.rests(VirtualLeases.number(name), by: id, at: now)
        case .goOn(let name):
            note("\(id) goes on with \(name)")
            let account = VirtualLeases.number(name)
            judge.goesOn(account, epoch: daemons[id]?.working[account]?.epoch, by: id, at: now)
        case .stop(let name):
            note("\(id) stops \(name)")
            told(id, toStop: VirtualLeases.number(name))
        case .lose(let name):
            note("\(id) loses \(name)")
            end(VirtualLeases.number(name), of: id)
        case .store(let verb, let question): send(verb, question, of: id)
        case .tell: break
        }
    }

    private func told(_ id: DaemonID, toStop account: Int) {
        if let daemon = daemons[id], let work = daemon.working[account], !daemon.isLeaving,
            daemon.plan.contains(account), now - work.since < bounds.settling
        {
            judge.complain("\(id) gives account \(account) back, which it has just taken")
        }
        end(account, of: id)
    }

    private func end(_ account: Int, of id: DaemonID) {
        judge.begins(account, nothingMoreBy: id, at: now)
        schedule(.workEnds(account, of: id), after: random.duration(upTo: scenario.longestWork))
    }

    private func workEnds(_ account: Int, of id: DaemonID) {
        guard daemons[id] != nil else { return }
        // Nothing ends in a process that is stopped.
        if daemons[id]?.power == .stopped { return schedule(.workEnds(account, of: id), after: .seconds(1)) }
        daemons[id]?.working[account] = nil
        daemons[id]?.post(.ended(VirtualLeases.name(account)), at: now)
    }
}

// MARK: - Birth and death

extension FleetLife {
    func join() {
        born += 1
        let clock = VirtualClock(
            start: now, offset: .seconds(random.within(-100_000...100_000)),
            drift: random.within(-scenario.drift...scenario.drift))
        let daemon = VirtualDaemon(born, terms: terms, plan: drawnPlan(), clock: clock, at: now)
        note("* \(daemon.id)")
        daemons[daemon.id] = daemon
        order.append(daemon.id)
        judge.started(daemon.id)
        becameAble(daemon.id)
    }

    private func drawnPlan() -> Set<Int> {
        guard scenario.hasUnevenPlans, !isPeaceful else { return accounts }
        return Set(accounts.sorted().filter { _ in random.chance(0.8) })
    }

    /// From now on it could lead what nobody else could.
    func becameAble(_ id: DaemonID) {
        guard let plan = daemons[id]?.plan else { return }
        let others = order.filter { $0 != id && isAble($0) }
        judge.couldNotBeLed(plan.filter { account in !others.contains { canLead($0, account) } }, at: now)
    }

    func canLead(_ id: DaemonID, _ account: Int) -> Bool { daemons[id]?.plan.contains(account) ?? false }

    func isAble(_ id: DaemonID) -> Bool {
        guard let daemon = daemons[id] else { return false }
        return daemon.power == .running && max(daemon.cutUntil, daemon.slowUntil) <= now && !daemon.isLeaving
    }

    private func hasLeft(_ id: DaemonID) {
        note("\(id) has left")
        remove(id)
    }

    func remove(_ id: DaemonID) {
        judge.isGone(id, forEver: true, holding: leases.accounts(of: id), at: now)
        daemons[id] = nil
        order.removeAll { $0 == id }
    }
}
