import ChangeFeed
import NIOCore
import NIOPosix
import ScriptedPeer
import Testing

@testable import WebhookDelivery

@Suite("One connection", .timeLimit(.minutes(60)))
struct ConnectionTests {
    @Test("One that could not be opened is let go of, with the event that it was opened for")
    func letGo() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let port = try await ScriptedPeer.listening(answering: []) { $0.port }
        let url = "http://127.0.0.1:\(port)/"
        weak var kept: Exchange?
        weak var connection: Connection?
        do {
            let target = try #require(PostTarget(url))
            let address = try #require(IPAddress("127.0.0.1"))
            let dialled = Connection(idleLimit: EndpointIdleLimit(longest: .seconds(4)))
            let exchange = try Exchange(
                .sample(url: url), to: target, for: AttemptWatch(start: .now, timeout: .seconds(50)))
            (connection, kept) = (dialled, exchange)
            await #expect(throws: (any Error).self) {
                try await exchange.answer {
                    let opening = Connection.Opening(
                        target: target, address: address, tls: nil, deadline: .now() + .seconds(50))
                    dialled.open(opening, on: loop, for: exchange) { _ in }
                }
            }
        }
        // Whatever the loop has still to do with the channel, it does before what is asked of it now.
        for _ in 0..<100 where connection != nil || kept != nil { try await loop.submit {}.get() }
        #expect(connection == nil)
        #expect(kept == nil)
    }
}
