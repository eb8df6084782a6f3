// What happens around the daemon: people edit, clocks are set, requests and posts arrive.

import ChangeFeed
import EventStore
import SimulatedWorld
import VirtualTime

/// The record that was edited last.
struct Touched {
    let object: SimulatedObject
    let id: Int64
}

extension SimulatedLife {
    func perform(_ appointment: Agenda.Appointment) throws {
        let isOurs = process?.number == appointment.incarnation
        switch appointment.happening {
        case .edit(let account): edit(accounts[account])
        case .editAgain(let account, let touched):
            guard !isPeaceful else { return }
            told(accounts[account].world.edit(touched.object, touched.id, at: now), of: accounts[account])
        case .meddle(let account, let name):
            guard !isPeaceful, let object = SimulatedObject(named: name.text) else { return }
            told(accounts[account].world.edit(of: object, at: now), of: accounts[account])
        case .layout(let account, let object, let isOn): changeLayout(of: object, in: accounts[account], isOn: isOn)
        case .clockJump(let account): setServerClock(of: accounts[account])
        case .replay: try askForReplay()
        case .decision: try decide()
        case .hint: hint()
        case .reload:
            guard !isPeaceful else { return }
            schedule(.reload, after: .seconds(random.within(20...300)))
            try reload()
        case .rebirth: try beBorn()
        case .round: if isOurs { try makeRound() }
        case .requestArrives(let account, let asker, let request):
            arrive(request, of: asker, at: accounts[account], incarnation: appointment.incarnation)
        case .answerArrives(let account, let asker, let result, let number):
            accounts[account].world.finish(number, at: now)
            if isOurs { take(result, for: asker, of: accounts[account]) }
        case .postArrives(let endpoint, let attempt):
            try arrive(attempt, at: endpoints[endpoint], incarnation: appointment.incarnation)
        case .outcomeArrives(let endpoint, let attempt, let outcome):
            let bytes = attempt.delivery.body.count
            guard isOurs else { return }
            process?.delivery[endpoint]?.underWay.remove(attempt.delivery.id)
            if outcome.isSuccess { process?.delivery[endpoint]?.taken.insert(attempt.delivery.id) }
            process?.delivery[endpoint]?.loop.post(.ended(attempt, bytes: bytes, outcome), at: daemonNow)
        case .storeBegins(let question): if isOurs { try carryOut(question) }
        case .resumption(let endpoint): try askForResumption(of: endpoints[endpoint])
        }
    }

    private func arrive(_ attempt: Attempt, at endpoint: LifeEndpoint, incarnation: Int) throws {
        let outcome = try receive(attempt, at: endpoint)
        // What a stop interrupts may have been taken all the same.
        let isOurs = process?.number == incarnation
        let isCutShort = isOurs && process?.isStopping == true && random.chance(0.3)
        let seen = isCutShort ? AttemptOutcome(verdict: .failed(.interrupted), duration: .zero) : outcome
        schedule(
            .outcomeArrives(endpoint: endpoint.index, attempt, seen), after: seen.duration, of: incarnation)
    }

    private func arrive(
        _ request: APIRequest, of asker: AccountMachine.Asker, at account: LifeAccount, incarnation: Int
    ) {
        let target = SimulatedRequest(request.target, apiKey: account.world.apiKey)
        let (answer, number) = account.world.begin(target, at: now)
        note("↔ \(account.name) \(request.target.path) \(answer.forPeople)")
        if case .resource(let name) = asker, random.chance(account.scenario.meddling) {
            schedule(.meddle(account: account.index, name), after: random.duration(upTo: .milliseconds(200)))
        }
        let way = random.duration(upTo: .milliseconds(200))
        let wait = min(answer.delay, Self.timeout)
        schedule(
            .answerArrives(
                account: account.index, asker, answer.result(timeout: Self.timeout), requestNumber: number),
            after: wait + way, of: incarnation)
    }

    private func edit(_ account: LifeAccount) {
        guard !isPeaceful else { return }
        let object = random.element(of: account.scenario.polled)
        if random.chance(0.04) {
            // A nightly job: many records in one moment, under one stamp.
            told(account.world.sync(object, count: random.within(5...25), at: now), of: account)
        } else if random.chance(0.01) {
            told(account.world.deleteMany(of: object, share: random.element(of: [0.3, 0.6]), at: now), of: account)
        } else {
            let commits = account.world.edit(at: now)
            told(commits, of: account)
            if let last = commits.last, let id = Int64(last.id.text), random.chance(0.3) {
                // People save twice, and forms save field by field: the same record within a second or two.
                for wait in [random.within(50...400), random.within(401...1500)] {
                    schedule(
                        .editAgain(account: account.index, Touched(object: last.object, id: id)),
                        after: .milliseconds(wait))
                }
            }
        }
        let wait = random.chance(0.3) ? Duration.seconds(1) : account.scenario.longestRest
        schedule(.edit(account: account.index), after: random.duration(upTo: wait))
    }

    private func changeLayout(of object: SimulatedObject, in account: LifeAccount, isOn: Bool) {
        guard !isPeaceful, let value = account.scenario.layoutValue else { return }
        let name = AccountScenario.layoutField
        told(
            isOn
                ? account.world.putOnLayout(name, value, of: object, at: now)
                : account.world.takeOffLayout(name, of: object, at: now), of: account)
        if isOn {
            schedule(.layout(account: account.index, object, isOn: false), after: random.duration(upTo: .minutes(25)))
        }
    }

    /// What is stamped by a clock that is set twice between two polls, nobody can know to ask for.
    private func setServerClock(of account: LifeAccount) {
        guard !isPeaceful else { return }
        let everyPollIsLater = account.scenario.polled.allSatisfy { object in
            account.polledAt[object.resource].map { $0 > account.lastClockJump } ?? false
        }
        schedule(
            .clockJump(account: account.index), after: everyPollIsLater ? .minutes(random.within(2...10)) : .seconds(30)
        )
        guard everyPollIsLater else { return }
        account.lastClockJump = now
        account.world.quirks.clockOffset = .seconds(random.within(-3000...3000))
        note("! the server's clock of \(account.name) is off by \(account.world.quirks.clockOffset)")
    }

    private func told(_ commits: [Commit], of account: LifeAccount) {
        for commit in commits {
            let late = commit.visible > commit.at ? ", visible \(commit.visible.iso8601Milliseconds.dropFirst(11))" : ""
            let stamp = commit.stamp.iso8601Milliseconds
            note(
                "  ~ \(account.name) \(commit.object.resource) \(commit.id) \(commit.kind.rawValue), stamp \(stamp)\(late): "
                    + commit.summary.prefix(80))
        }
    }
}

extension SimulatedAnswer {
    fileprivate var forPeople: String {
        let total = headers.value(of: "X-Total-Count").map { " of \($0)" } ?? ""
        let way = transport == .whole ? "" : ", \(transport)"
        return "\(status), \(body.count) bytes\(total)\(way)\(delay > .zero ? ", after \(delay)" : "")"
    }
}
