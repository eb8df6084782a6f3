// What happens around the daemon: people edit, clocks are set, requests and posts arrive.

import ChangeFeed
import ChangeStore
import SimulatedWorld

/// The record that was edited last.
struct Touched {
    let object: SimulatedObject
    let id: Int64
}

extension SimulatedLife {
    func perform(_ appointment: Agenda.Appointment) throws {
        let isOurs = process?.number == appointment.incarnation
        switch appointment.happening {
        case .edit: edit()
        case .editAgain(let touched):
            guard !isPeaceful else { return }
            told(world.edit(touched.object, touched.id, at: now))
        case .meddle(let name):
            guard !isPeaceful, let object = SimulatedObject(named: name.text) else { return }
            told(world.edit(of: object, at: now))
        case .layout(let object, let isOn): changeLayout(of: object, isOn: isOn)
        case .clockJump: setServerClock()
        case .replay: try askForReplay()
        case .rebirth:
            try beBorn()
        case .requestArrives(let asker, let request): arrive(request, of: asker, incarnation: appointment.incarnation)
        case .answerArrives(let asker, let result, let number):
            world.finish(number, at: now)
            if isOurs { take(result, for: asker) }
        case .postArrives(let attempt):
            let outcome = try receive(attempt)
            // What a stop interrupts may have been taken all the same.
            let isCutShort = isOurs && process?.isStopping == true && random.chance(0.3)
            schedule(
                .outcomeArrives(
                    attempt, isCutShort ? AttemptOutcome(verdict: .failed(.interrupted), duration: .zero) : outcome),
                after: isCutShort ? .zero : outcome.duration, of: appointment.incarnation)
        case .outcomeArrives(let attempt, let outcome):
            let bytes = attempt.delivery.body.count
            if isOurs { process?.delivery.post(.ended(attempt, bytes: bytes, outcome), at: daemonNow) }
        case .storeBegins(let question): if isOurs { try carryOut(question) }
        case .resumption: try askForResumption()
        }
    }

    /// A command beside the daemon says that the receiver and the API are well again; it stays asked for until it is done.
    private func askForResumption() throws {
        note("! whatever was wrong is said to be mended")
        isGone = false
        let visitor = try StoreVisitor(path: storePath, isReadOnly: false)
        _ = try visitor.requestResumption(of: "default")
        _ = try visitor.requestAPIResumption(ofAccount: "default")
        try resumeAsAsked()
    }

    private func arrive(_ request: APIRequest, of asker: AccountMachine.Asker, incarnation: Int) {
        let (answer, number) = world.begin(SimulatedRequest(request.target, apiKey: world.apiKey), at: now)
        note("↔ \(request.target.path) \(answer.forPeople)")
        if case .resource(let name) = asker, random.chance(scenario.meddling) {
            schedule(.meddle(name), after: random.duration(upTo: .milliseconds(200)))
        }
        let way = random.duration(upTo: .milliseconds(200))
        let wait = min(answer.delay, Self.timeout)
        schedule(
            .answerArrives(asker, answer.result(timeout: Self.timeout), requestNumber: number), after: wait + way,
            of: incarnation)
    }

    private func edit() {
        guard !isPeaceful else { return }
        let object = random.element(of: scenario.polled)
        if random.chance(0.04) {
            // A nightly job: many records in one moment, under one stamp.
            told(world.sync(object, count: random.within(5...25), at: now))
        } else if random.chance(0.01) {
            told(world.deleteMany(of: object, share: random.element(of: [0.3, 0.6]), at: now))
        } else {
            let commits = world.edit(at: now)
            told(commits)
            if let last = commits.last, let id = Int64(last.id.text), random.chance(0.3) {
                // People save twice, and forms save field by field: the same record within a second or two.
                for wait in [random.within(50...400), random.within(401...1500)] {
                    schedule(.editAgain(Touched(object: last.object, id: id)), after: .milliseconds(wait))
                }
            }
        }
        let wait = random.chance(0.3) ? Duration.seconds(1) : scenario.longestRest
        schedule(.edit, after: random.duration(upTo: wait))
    }

    private func changeLayout(of object: SimulatedObject, isOn: Bool) {
        guard !isPeaceful, let value = scenario.layoutValue else { return }
        let name = Scenario.layoutField
        told(
            isOn
                ? world.putOnLayout(name, value, of: object, at: now)
                : world.takeOffLayout(name, of: object, at: now))
        if isOn { schedule(.layout(object, isOn: false), after: random.duration(upTo: .minutes(25))) }
    }

    /// What is stamped by a clock that is set twice between two polls, nobody can know to ask for.
    private func setServerClock() {
        guard !isPeaceful else { return }
        let everyPollIsLater = scenario.polled.allSatisfy { object in
            polledAt[object.resource].map { $0 > lastClockJump } ?? false
        }
        schedule(.clockJump, after: everyPollIsLater ? .minutes(random.within(2...10)) : .seconds(30))
        guard everyPollIsLater else { return }
        lastClockJump = now
        world.quirks.clockOffset = .seconds(random.within(-3000...3000))
        note("! the server's clock is off by \(world.quirks.clockOffset)")
    }

    private func told(_ commits: [Commit]) {
        for commit in commits {
            let late = commit.visible > commit.at ? ", visible \(commit.visible.iso8601Milliseconds.dropFirst(11))" : ""
            let stamp = commit.stamp.iso8601Milliseconds
            note(
                "  ~ \(commit.object.resource) \(commit.id) \(commit.kind.rawValue), stamp \(stamp)\(late): "
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
