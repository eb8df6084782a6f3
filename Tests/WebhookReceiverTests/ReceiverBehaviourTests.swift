// Which answer which request gets.

import ChangeFeed
import Testing
import WebhookReceiver

@Suite("ReceiverBehaviour")
struct ReceiverBehaviourTests {
    private let failure = ReceiverAnswer(.status(503))

    @Test("without a rule the answer is 200; the first rule that concerns a request decides")
    func rules() {
        #expect(ReceiverBehaviour.accepting.answer(toRequest: 1) == .ok)
        let behaviour = ReceiverBehaviour([
            .init(failure, .first(2)), .init(.init(.reset), .first(3)), .init(.init(.silence)),
        ])
        let answers = (1...5).map { behaviour.answer(toRequest: $0).form }
        #expect(answers == [.status(503), .status(503), .reset, .silence, .silence])
    }

    @Test("a rule can be about the types of events, and about how large they are")
    func kinds() throws {
        let behaviour = ReceiverBehaviour([
            .init(.init(.status(500)), .types(try #require(EventTypePattern("contact.*")))),
            .init(.init(.status(413)), .above(bytes: 100)),
        ])
        #expect(behaviour.answer(toRequest: 1, type: "contact.created", bytes: 101).form == .status(500))
        #expect(behaviour.answer(toRequest: 1, type: "lead.created", bytes: 101).form == .status(413))
        #expect(behaviour.answer(toRequest: 1, type: "lead.created", bytes: 100) == .ok)
    }

    @Test("a share hits about that part of the requests, the same ones for the same seed")
    func share() {
        for share in [0.05, 0.2, 0.5, 0.95] {
            let behaviour = ReceiverBehaviour([.init(failure, .share(share))], seed: 42)
            let hits = (1...10_000).filter { behaviour.answer(toRequest: $0) == failure }
            #expect(abs(Double(hits.count) / 10_000 - share) < 0.02, "share \(share)")
            #expect(hits == (1...10_000).filter { behaviour.answer(toRequest: $0) == failure })
            let other = ReceiverBehaviour([.init(failure, .share(share))], seed: 43)
            #expect(hits != (1...10_000).filter { other.answer(toRequest: $0) == failure })
        }
    }

    @Test("shares of 0 and 1 are never and always")
    func edges() {
        for number in 1...1000 {
            #expect(ReceiverBehaviour([.init(failure, .share(0))]).answer(toRequest: number) == .ok)
            #expect(ReceiverBehaviour([.init(failure, .share(1))]).answer(toRequest: number) == failure)
        }
    }
}
