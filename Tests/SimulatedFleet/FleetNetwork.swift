// The way between the daemons of a simulated fleet and their store, and what it loses.

import ChangeFeed
import Fleet

extension FleetLife {
    func send(_ verb: FleetMachine.Verb, _ question: Int, of id: DaemonID) {
        rates.asked(by: id, at: now)
        note("\(id) → \(VirtualLeases.line(verb))")
        func fails(_ failure: FleetMachine.Failure) {
            schedule(.answered(.storeFailed(failure, question: question), of: id), after: way())
        }
        let isCut = (daemons[id]?.cutUntil ?? now) > now
        switch weather {
        case _ where isCut: if daemons[id]?.isHeard == false { return }
        case .refuses: return fails(.failed("connection refused"))
        case .setBack: return fails(.failed("the store is on an earlier timeline than was seen"))
        case .silent: return
        case .fair, .storm: break
        }
        if random.chance(scenario.failures) { return fails(.failed("deadlock detected")) }
        // In a storm it may come long after anybody waits for it.
        let late = weather == .storm && random.chance(0.05) ? random.duration(upTo: .minutes(2)) : .zero
        schedule(.arrives(verb, question: question, of: id), after: way() + late)
    }

    func way() -> Duration {
        random.duration(upTo: weather == .storm ? .seconds(4) : scenario.latency)
    }

    func arrives(_ verb: FleetMachine.Verb, _ question: Int, of id: DaemonID) {
        let isSlow = (daemons[id]?.slowUntil ?? now) > now
        let back = isSlow ? .milliseconds(random.within(1_500...4_500)) : way()
        func answer(_ input: FleetMachine.Input) { schedule(.answered(input, of: id), after: back) }
        guard weather == .fair || weather == .storm else {
            return answer(.storeFailed(.unknown("the connection was lost"), question: question))
        }
        let said = leases.answer(verb, of: id, at: storeNow)
        for event in leases.takeEvents() { absorb(event) }
        // A renewal that was long on its way is a sign of life, whatever became of who sent it.
        if case .renew = verb, !isAble(id) { judge.couldNotBeLed(leases.accounts(of: id), at: now) }
        let isCut = (daemons[id]?.cutUntil ?? now) > now
        if isCut || (weather == .storm && random.chance(0.1)) { return }
        if random.chance(scenario.failures) {
            return answer(.storeFailed(.unknown("the answer was lost"), question: question))
        }
        answer(.stored(said, question: question))
    }

    private func absorb(_ event: LeaseEvent) {
        switch event {
        case .taken(let account, let epoch, let id):
            note("= \(account) is \(id)'s, epoch \(epoch)")
            judge.took(account, epoch: epoch, by: id, isAble: isAble(id), at: now)
        case .freed(let account, let id):
            note("= \(account) is nobody's")
            judge.freed(account, by: id, isUnderWay: daemons[id]?.working[account] != nil)
        }
    }
}
