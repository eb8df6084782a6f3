// A server on loopback that does to its clients what a test tells it to.

import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Answers the n-th request it gets, over all connections, with the n-th script; the last script goes on for ever.
package final class ScriptedPeer: Sendable {
    /// Every whole request, as it comes in.
    package let requests: AsyncStream<ReceivedRequest>
    /// One for every connection that has ended, however it did.
    package let endings: AsyncStream<Void>
    package let port: Int

    let request: AsyncStream<ReceivedRequest>.Continuation
    let ending: AsyncStream<Void>.Continuation
    private let channel: any Channel
    private let counts: Mutex<Counts>
    private let scripts: [[Step]]
    /// Played to a connection as soon as it opens, before any request.
    let greeting: [Step]
    /// Played as soon as the first bytes of a request come in; the rest of it is never read.
    let hasty: [Step]?
    /// Reset as soon as they open.
    private let connectionsRefused: Int

    private struct Counts {
        var connections = 0
        var requests = 0
        var bytesReceived = 0
        var bytesWritten = 0
    }

    /// Connections accepted so far.
    package var connections: Int { counts.withLock { $0.connections } }
    /// Bytes received so far, whole requests or not; over TLS, those inside it.
    package var bytesReceived: Int { counts.withLock { $0.bytesReceived } }
    /// Bytes that the system took from this end so far.
    package var bytesWritten: Int { counts.withLock { $0.bytesWritten } }

    /// Listens on a free port for the time of the body.
    package static func listening<Result>(
        answering scripts: [[Step]], greeting: [Step] = [], hasty: [Step]? = nil,
        refusing connectionsRefused: Int = 0, tls: NIOSSLContext? = nil,
        isolation: isolated (any Actor)? = #isolation, _ body: (ScriptedPeer) async throws -> Result
    ) async throws -> Result {
        let peer = Mutex<ScriptedPeer?>(nil)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Nothing is read before the peer is there to be told of it.
            .serverChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Muzzle())
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    if let peer = peer.withLock({ $0 }) {
                        try channel.pipeline.syncOperations.addHandler(ScriptPlayer(peer: peer))
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let listening = ScriptedPeer(
            channel: channel, scripts: scripts, greeting: greeting, hasty: hasty, connectionsRefused: connectionsRefused
        )
        peer.withLock { $0 = listening }
        try await channel.setOption(.autoRead, value: true).get()
        do {
            let result = try await body(listening)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    private init(channel: any Channel, scripts: [[Step]], greeting: [Step], hasty: [Step]?, connectionsRefused: Int) {
        self.channel = channel
        self.greeting = greeting
        self.hasty = hasty
        self.connectionsRefused = connectionsRefused
        self.scripts = scripts
        port = channel.localAddress?.port ?? 0
        counts = Mutex(Counts())
        (requests, request) = AsyncStream.makeStream()
        (endings, ending) = AsyncStream.makeStream()
    }

    /// Says whether the connection is to be kept.
    func accepts() -> Bool {
        counts.withLock { counts in
            counts.connections += 1
            return counts.connections > connectionsRefused
        }
    }
    func received(bytes: Int) { counts.withLock { $0.bytesReceived += bytes } }
    func wrote(bytes: Int) { counts.withLock { $0.bytesWritten += bytes } }

    /// The script for the request that has just come in.
    func nextScript() -> [Step] {
        let number = counts.withLock { counts in
            counts.requests += 1
            return counts.requests
        }
        return scripts.isEmpty ? [] : scripts[min(number, scripts.count) - 1]
    }
}
