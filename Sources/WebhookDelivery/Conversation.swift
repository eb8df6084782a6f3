// What happens on one connection: it opens, carries one exchange after the other, lies idle between them, and ends.

import ChangeFeed
import NIOCore
import NIOHTTP1
import NIOTLS

/// Lives on the event loop of its connection.
final class Conversation: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private struct Progress {
        let exchange: Exchange
        var isSent = false
        var leavesConnection = false
        var hasBegun = false
        var bytesRead = 0
    }

    private enum State {
        case opening(Exchange)
        case busy(Progress)
        case idle(since: ContinuousClock.Instant)
        case over
    }

    private let connection: Connection
    private let idleLimit: EndpointIdleLimit
    private let isSecure: Bool
    private let openUntil: NIODeadline
    private var state: State
    private var context: ChannelHandlerContext?
    /// What kept the request from going out whole; the answer may have come all the same.
    private var writeFault: (any Error)?
    private var alarm: Scheduled<Void>?
    private var alarmTime = NIODeadline.distantFuture

    init(of connection: Connection, idleLimit: EndpointIdleLimit, opening: Connection.Opening, for exchange: Exchange) {
        self.connection = connection
        self.idleLimit = idleLimit
        isSecure = opening.tls != nil
        openUntil = opening.deadline
        state = .opening(exchange)
    }

    /// Sends a request.
    func begin(_ exchange: Exchange) {
        guard let context, context.channel.isActive else { return exchange.end(.failure(ConnectionEnded())) }
        switch state {
        case .opening, .idle: break
        case .busy, .over: return exchange.end(.failure(ConnectionEnded()))
        }
        state = .busy(Progress(exchange: exchange))
        ring(by: exchange.deadline)
        exchange.watch.connected()
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { self.sent(exchange, $0) }
        context.write(Self.wrapOutboundOut(.head(exchange.head)), promise: nil)
        context.write(Self.wrapOutboundOut(.body(.byteBuffer(exchange.body))), promise: nil)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: sent)
    }

    func heard(_ bytes: ByteBufferView) {
        switch state {
        case .opening(let exchange): exchange.watch.heard(bytes)
        case .busy(let progress): progress.exchange.watch.heard(bytes)
        case .idle, .over: break
        }
    }

    private func sent(_ exchange: Exchange, _ result: Result<Void, any Error>) {
        guard case .busy(var progress) = state, progress.exchange === exchange else { return }
        switch result {
        case .success:
            progress.isSent = true
            state = .busy(progress)
        case .failure(let error):
            // What came of an answer is read before the connection is closed.
            writeFault = error
            context?.close(promise: nil)
        }
    }

    /// The answer is read as far as is worth it.
    private func finish(_ progress: Progress, drops: Bool = false) {
        let keeps = !drops && progress.leavesConnection && progress.isSent && context?.channel.isActive == true
        progress.exchange.watch.ended(.read)
        if keeps {
            let now = ContinuousClock.now
            state = .idle(since: now)
            connection.isIdle(since: now)
            ring(by: .now() + TimeAmount(idleLimit.usable))
        } else {
            state = .over
            connection.close()
        }
        let outcome = progress.exchange.watch.answer ?? AttemptOutcome(verdict: .failed(.reset), duration: .zero)
        progress.exchange.end(.success(.init(outcome: outcome, leavesConnection: keeps)))
    }

    private func fail(_ error: any Error) {
        switch state {
        case .opening(let exchange):
            exchange.end(.failure(error))
        case .busy(let progress):
            if progress.hasBegun { progress.exchange.watch.ended(.read) }
            progress.exchange.end(.failure(error))
        case .idle(let since):
            // The receiver has ended it, whether with its farewell or without.
            if connection.idle != nil { idleLimit.ended(afterIdle: .now - since) }
        case .over:
            break
        }
        state = .over
        connection.close()
    }
}

// What the channel tells.
extension Conversation {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        guard case .opening(let exchange) = state else { return }
        if isSecure { ring(by: openUntil) } else { begin(exchange) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event, case .opening(let exchange) = state { begin(exchange) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .busy(var progress) = state else { return }
        let watch = progress.exchange.watch
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            idleLimit.answered(keepAlive: head.headers.first(name: "Keep-Alive"))
            watch.began(AttemptOutcome(head), endsWithConnection: head.headers.lackLength)
            progress.hasBegun = true
            // A receiver that goes over to another protocol speaks HTTP no more.
            progress.leavesConnection = head.isKeepAlive && head.status != .switchingProtocols
            state = .busy(progress)
        case .body(let bytes):
            watch.read(bytes.readableBytesView.prefix(max(0, Limits.answerBytesKept - progress.bytesRead)))
            progress.bytesRead += bytes.readableBytes
            state = .busy(progress)
            if progress.bytesRead >= WebhookSender.answerBytesRead { finish(progress, drops: true) }
        case .end:
            finish(progress)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm?.cancel()
        fail(writeFault ?? ConnectionEnded())
        connection.ended()
        context.fireChannelInactive()
    }
}

// One alarm for all that a connection may wait too long for. It is set anew only where it would ring too late: most
// exchanges end long before, and setting one for each would cost more than they do.
extension Conversation {
    private func ring(by time: NIODeadline) {
        guard time < alarmTime, let context else { return }
        alarm?.cancel()
        alarmTime = time
        alarm = context.eventLoop.assumeIsolated().scheduleTask(deadline: time) { self.rings() }
    }

    private func rings() {
        alarmTime = .distantFuture
        let now = NIODeadline.now()
        switch state {
        case .opening:
            if openUntil <= now { fail(ChannelError.connectTimeout(.zero)) } else { ring(by: openUntil) }
        case .busy(let progress):
            let deadline = progress.exchange.deadline
            if deadline <= now { fail(AttemptTimedOut()) } else { ring(by: deadline) }
        case .idle(let since):
            let left = idleLimit.usable - (.now - since)
            guard left <= .zero else { return ring(by: now + TimeAmount(left)) }
            // Over TLS the farewell takes a while, and nothing may be begun meanwhile.
            state = .over
            connection.close()
        case .over:
            break
        }
    }
}

extension AttemptOutcome {
    /// Of the head of an answer.
    init(_ head: HTTPResponseHead) {
        self.init(
            verdict: .answered(status: Int(head.status.code)), retryAfter: head.headers.retryAfter,
            directive: head.headers.first(name: WebhookHeader.directive).flatMap {
                ReceiverDirective(rawValue: $0.lowercased())
            }, duration: .zero)
    }
}
