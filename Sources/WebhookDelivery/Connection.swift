// One connection to a receiver, for one exchange at a time.

import ChangeFeed
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOTLS
import Synchronization

/// A connection as the tasks of attempts see it; what happens on it is the matter of its `Conversation`.
final class Connection: Sendable {
    /// How it is opened.
    struct Opening: Sendable {
        var target: PostTarget
        var address: IPAddress
        /// Nil for a connection without TLS.
        var tls: NIOSSLContext?
        /// Until when it has to be open, TLS included.
        var deadline: NIODeadline
    }

    private struct State {
        var channel: (any Channel)?
        var conversation: NIOLoopBound<Conversation>?
        var idleSince: ContinuousClock.Instant?
        var isClosed = false
    }

    private let state = Mutex(State())
    private let idleLimit: EndpointIdleLimit

    init(idleLimit: EndpointIdleLimit) {
        self.idleLimit = idleLimit
    }

    /// How long nothing has been sent on it; nil where it serves an exchange, or has ended.
    var idle: Duration? { state.withLock { $0.idleSince.map { .now - $0 } } }

    /// Opens the connection for an exchange and carries that out, or ends it with what went wrong.
    ///
    /// - Parameter isOpening: told of the channel before anything is dialled.
    func open(
        _ opening: Opening, on loop: any EventLoop, for exchange: Exchange,
        isOpening: @escaping @Sendable (any Channel) throws -> Void
    ) {
        do {
            let address = try SocketAddress(ipAddress: opening.address.description, port: opening.target.port)
            ClientBootstrap(group: loop)
                .connectTimeout(max(.nanoseconds(1), opening.deadline - .now()))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try isOpening(channel)
                        try self.prepare(channel, opening, for: exchange)
                    }
                }
                .connect(to: address)
                .whenFailure { error in
                    exchange.end(.failure(error))
                    // A channel that was never active tells its handlers of no end.
                    self.ended()
                }
        } catch {
            exchange.end(.failure(error))
        }
    }

    /// Carries an exchange out on a connection that is open.
    func carry(_ exchange: Exchange) {
        let conversation = state.withLock { state in
            state.idleSince = nil
            return state.conversation
        }
        guard let conversation else { return exchange.end(.failure(ConnectionEnded())) }
        conversation.eventLoop.execute { conversation.value.begin(exchange) }
    }

    /// Ends it, and with it what is under way on it.
    func close() {
        let channel = state.withLock { state in
            state.isClosed = true
            state.idleSince = nil
            return state.channel
        }
        channel?.close(promise: nil)
    }

    private func prepare(_ channel: any Channel, _ opening: Opening, for exchange: Exchange) throws {
        let conversation = Conversation(of: self, idleLimit: idleLimit, opening: opening, for: exchange)
        let isClosed = state.withLock { state in
            state.channel = channel
            state.conversation = NIOLoopBound(conversation, eventLoop: channel.eventLoop)
            return state.isClosed
        }
        if isClosed { throw ChannelError.ioOnClosedChannel }
        let pipeline = channel.pipeline.syncOperations
        if let tls = opening.tls {
            try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: opening.target.serverName))
        }
        try pipeline.addHandler(AnswerBeginning(conversation))
        // Headers are looked at before; the library's own look would let the rest of a request out without its head.
        try pipeline.addHTTPClientHandlers(enableOutboundHeaderValidation: false)
        try pipeline.addHandler(conversation)
    }

    func isIdle(since moment: ContinuousClock.Instant) {
        state.withLock { $0.idleSince = $0.isClosed ? nil : moment }
    }

    func ended() {
        state.withLock { state in
            state = State(isClosed: true)
        }
    }
}

/// Tells what comes before it is read as HTTP, and within TLS, whose own messages say nothing of an answer.
private final class AnswerBeginning: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let conversation: Conversation

    init(_ conversation: Conversation) {
        self.conversation = conversation
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        conversation.heard(Self.unwrapInboundIn(data).readableBytesView)
        context.fireChannelRead(data)
    }
}
