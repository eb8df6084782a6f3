// A command beside the daemon, as far as these tests need one.

import ChangeFeed
import EventStore

struct AskingForIt {
    private let store: EngineUnderTest

    init(_ store: EngineUnderTest) {
        self.store = store
    }

    func replayed(
        by selection: ReplaySelection, endpoints: [(name: String, rules: EndpointRules)]
    ) throws -> [(endpoint: String, events: Int)] {
        try store.look { try CountReplays(selection, to: endpoints).run(in: $0) }
    }

    func requestReplay(of selection: ReplaySelection, eventsPerSecond: Double) throws {
        _ = try store.transact { try AskForReplay(selection, eventsPerSecond: eventsPerSecond).run(in: $0) }
    }

    func requestGivingUp(of delivery: Int64) throws -> AskToGiveUp.Answer {
        try store.transact { try AskToGiveUp.run(delivery, in: $0) }
    }

    func requestGivingUp(allTo endpoint: String) throws -> AskToGiveUp.AnswerForAll {
        try store.transact { try AskToGiveUp.run(allTo: endpoint, in: $0) }
    }
}
