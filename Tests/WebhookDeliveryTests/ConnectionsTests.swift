// Connections that are kept and end meanwhile, and answers that end with theirs.

import ChangeFeed
import ScriptedPeer
import Testing
import WebhookDelivery

@Suite("Connections of a sender", .timeLimit(.minutes(60)))
struct ConnectionsTests {
    /// Larger than what two sockets hold between them, so that it is still on its way when the answer comes.
    private static let large = [UInt8](repeating: UInt8(ascii: " "), count: 32 << 20)

    private func outcome(of body: [UInt8], hasty: [Step]) async throws -> AttemptOutcome {
        try await ScriptedPeer.listening(answering: [], hasty: hasty) { peer in
            var post = WebhookPost.sample(to: peer)
            post.body = body
            return try await withSender { [post] in await $0.post(post) }
        }
    }

    @Test("An answer without a length that comes and ends before the request is read is the answer")
    func hastyAnswer() async throws {
        for status in [200, 202, 503] {
            let answer = Step.send("HTTP/1.0 \(status) So\r\n\r\nso far")
            let outcome = try await outcome(of: Self.large, hasty: [answer, .finish])
            #expect(outcome.verdict == .answered(status: status))
            #expect(outcome.answer == Array("so far".utf8))
        }
    }

    @Test("A hasty answer with a length that is broken off stays broken off")
    func hastyBrokenOff() async throws {
        let answer = Step.send("HTTP/1.0 200 OK\r\nContent-Length: 50\r\n\r\nso far")
        let outcome = try await outcome(of: Self.large, hasty: [answer, .finish])
        #expect(outcome.failure == .body && outcome.status == 200)
    }

    /// One attempt after the other, over one sender.
    private func answers(
        _ attempts: Int, of scripts: [[Step]], idleTimeout: Duration = .seconds(50)
    ) async throws -> (outcomes: [AttemptOutcome], connections: Int) {
        try await ScriptedPeer.listening(answering: scripts) { peer in
            let outcomes = try await withSender(idleTimeout: idleTimeout) { sender in
                var outcomes: [AttemptOutcome] = []
                for _ in 1...attempts { outcomes.append(await sender.post(.sample(to: peer))) }
                return outcomes
            }
            return (outcomes, peer.connections)
        }
    }

    @Test("A kept connection that ends before the answer begins is replaced at once", arguments: [Step.close, .reset])
    func stale(ending: Step) async throws {
        for _ in 1...3 {
            let (outcomes, connections) = try await answers(
                2, of: [[.answer("200 OK")], [ending], [.answer("201 So")]])
            #expect(outcomes.map(\.answered) == [200, 201])
            #expect(connections == 2)
        }
    }

    @Test("It is replaced once: where the new one ends as well, the attempt fails")
    func staleAndBroken() async throws {
        let (outcomes, connections) = try await answers(2, of: [[.answer("200 OK")], [.close]])
        #expect(outcomes.last?.verdict == .failed(.reset))
        #expect(connections == 2)
    }

    @Test("A kept connection that ends within the answer fails the attempt")
    func brokenAnswer() async throws {
        let (outcomes, connections) = try await answers(
            2, of: [[.answer("200 OK")], [.send("HTTP/1.1 200 OK\r\nContent-Le"), .close], [.answer("200 OK")]])
        #expect(outcomes.last?.verdict == .failed(.reset))
        #expect(connections == 1)
    }

    @Test("A connection that was ended teaches how long others may lie idle")
    func learnedIdleLimit() async throws {
        // On a busy machine the one that is ended may have lain idle for so long that others are used before that.
        var fewest = 0
        for _ in 1...5 where fewest < 4 {
            let (outcomes, connections) = try await answers(
                4, of: [[.answer("200 OK")], [.close], [.answer("200 OK")]])
            #expect(outcomes.allSatisfy { $0.answered == 200 })
            // The second attempt's new one, and one each for the third and the fourth.
            fewest = connections
        }
        #expect(fewest == 4)
    }

    @Test("An event that makes the receiver hang up teaches nothing of how long connections may lie idle")
    func learnedNothing() async throws {
        let (outcomes, connections) = try await answers(
            5, of: [[.answer("200 OK")], [.close], [.close], [.answer("200 OK")]])
        #expect(outcomes.map(\.answered) == [200, nil, 200, 200, 200])
        #expect(connections == 3)
    }

    @Test("A request waits for its turn to be made once more, however long that takes, and may be denied one")
    func turns() async throws {
        for denial in [nil, CancellationError()] {
            let scripts: [[Step]] = [[.answer("200 OK")], [.close], [.answer("201 So")]]
            try await ScriptedPeer.listening(answering: scripts) { peer in
                let outcomes = try await withSender { sender in
                    [
                        await sender.post(.sample(to: peer)) { Issue.record("nothing was to be repeated") },
                        await sender.post(.sample(to: peer)) { if let denial { throw denial } },
                    ]
                }
                #expect(outcomes.first?.answered == 200)
                #expect(outcomes.last?.verdict == (denial == nil ? .answered(status: 201) : .failed(.interrupted)))
                #expect(peer.connections == (denial == nil ? 2 : 1))
            }
        }
    }

    @Test("A receiver that says how long it keeps connections is believed", arguments: [0, 30])
    func announced(seconds: Int) async throws {
        let answer = Step.answer(
            "200 OK", headers: ["Connection: keep-alive", "Keep-Alive: timeout=\(seconds), max=9"])
        let (outcomes, connections) = try await answers(3, of: [[answer]])
        #expect(outcomes.allSatisfy { $0.answered == 200 })
        #expect(connections == (seconds == 0 ? 3 : 1))
    }
}
