// What the store of a life does with what it is asked: at once or late, now and then not at all.

import ChangeFeed
import SimulatedWorld
import VirtualTime

/// What one of the machines asks of the store.
enum StoreQuestion {
    case polling(account: Int, AccountMachine.Verb, question: Int)
    case delivery(endpoint: Int, EndpointMachine.Verb, question: Int)
}

extension SimulatedLife {
    /// Mostly a verb is done in no time. Else it is carried out at once and its answer comes late, or it has to wait for its
    /// turn: what happens meanwhile happens before the one, and after the other.
    func ask(_ question: StoreQuestion) throws {
        try mayEnd()
        let wait = storeTakes()
        if wait > .zero, random.chance(0.5) {
            schedule(.storeBegins(question), after: wait)
        } else {
            try carryOut(question, answeringAfter: wait)
        }
    }

    private func storeTakes() -> Duration {
        if isPeaceful || random.chance(0.8) { return .zero }
        return random.chance(0.9) ? random.duration(upTo: .milliseconds(50)) : random.duration(upTo: .seconds(4))
    }

    func carryOut(_ question: StoreQuestion, answeringAfter wait: Duration = .zero) throws {
        let moment = daemonNow + wait
        guard !diskIsFull() else {
            note("  the store fails")
            switch question {
            case .polling(let account, _, let number):
                process?.polling[account].loop.post(.storeFailed(reason: "no room", question: number), at: moment)
            case .delivery(let endpoint, _, let number):
                process?.delivery[endpoint]?.loop.post(.storeFailed(reason: "no room", question: number), at: moment)
            }
            return
        }
        switch question {
        case .polling(let account, let verb, let number):
            let answer = try carryOut(verb, of: accounts[account])
            try mayEnd()
            process?.polling[account].loop.post(.stored(answer, question: number), at: moment)
        case .delivery(let endpoint, let verb, let number):
            let answer = try carryOut(verb, of: endpoints[endpoint])
            try mayEnd()
            process?.delivery[endpoint]?.loop.post(.stored(answer, question: number), at: moment)
        }
    }
}
