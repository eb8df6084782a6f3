// One HTTP client over one connection, and what is known of the connection while it lies idle.

import AsyncHTTPClient
import ChangeFeed
import NIOCore
import NIOSSL
import Synchronization

/// A client, the connection it keeps, and how long that may lie idle.
struct KeptConnection: Sendable {
    let client: HTTPClient
    let log: ConnectionLog
    /// After which the client closes the connection by itself.
    let idleTimeout: Duration

    /// Whether an attempt may begin on it while connections are kept for so long.
    func isUsable(within limit: Duration) -> Bool {
        // A client made for a shorter time closes its connection too early for ever.
        idleTimeout >= limit && log.idle.map { $0 < limit } ?? true
    }
}

/// What the connections of one client see; each is told of the attempt that is made on it.
final class ConnectionLog: Sendable {
    private struct State {
        var attempt: AttemptWatch?
        /// Connections of the client that are open. Only while one ends may there be two.
        var open = 0
        var openedForAttempt = false
        var idleSince = ContinuousClock.now
        var idleBefore: Duration?
    }

    private let state = Mutex(State())
    /// Told how long a connection had lain idle when the receiver ended it.
    private let receiverEnded: @Sendable (Duration) -> Void

    init(receiverEnded: @escaping @Sendable (Duration) -> Void) {
        self.receiverEnded = receiverEnded
    }

    func begin(_ attempt: AttemptWatch) {
        state.withLock { state in
            state.attempt = attempt
            state.openedForAttempt = false
            state.idleBefore = state.open > 0 ? ContinuousClock.now - state.idleSince : nil
        }
    }

    func end() {
        state.withLock { state in
            state.attempt = nil
            state.idleSince = .now
        }
    }

    /// How long the connection has lain idle; nil where there is none.
    var idle: Duration? {
        state.withLock { $0.open > 0 ? ContinuousClock.now - $0.idleSince : nil }
    }

    /// Whether the attempt has come as far as it has without a new connection.
    var isKept: Bool { state.withLock { !$0.openedForAttempt } }

    /// How long the connection had lain idle that the attempt found, where it found one.
    var idleBefore: Duration? { state.withLock(\.idleBefore) }

    fileprivate func opened() {
        state.withLock { state in
            state.open += 1
            state.openedForAttempt = true
        }
    }

    fileprivate func closed(byReceiver: Bool) {
        let idle = state.withLock { state in
            state.open -= 1
            return byReceiver && state.attempt == nil ? ContinuousClock.now - state.idleSince : nil
        }
        if let idle { receiverEnded(idle) }
    }

    fileprivate var attempt: AttemptWatch? { state.withLock(\.attempt) }

    /// For the client, which makes no connection that is not watched.
    func watch(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            // Within TLS, whose own messages say nothing of an answer.
            let tls = try? pipeline.handler(type: NIOSSLClientHandler.self)
            try pipeline.addHandler(ConnectionWatch(self), position: tls.map { .after($0) } ?? .first)
        }
    }
}

/// Looks on at what one connection carries.
private final class ConnectionWatch: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = IOData

    private let log: ConnectionLog
    private var isClosedByUs = false

    init(_ log: ConnectionLog) {
        self.log = log
    }

    func handlerAdded(context: ChannelHandlerContext) {
        log.opened()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        log.attempt?.connected()
        context.write(data, promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        log.attempt?.heard(unwrapInboundIn(data).readableBytesView)
        context.fireChannelRead(data)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        isClosedByUs = true
        context.close(mode: mode, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        log.closed(byReceiver: !isClosedByUs)
        context.fireChannelInactive()
    }
}
