// One connection to a guarded server: one request, one answer, and its end.

import NIOCore
import NIOHTTPTypes

/// Lets a connection in, and closes it: after its answer, when it has to make room, or when it takes too long. Neither
/// the request nor the answer may take longer than the server's patience, however slowly the bytes come or are taken.
final class VisitHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let door: ConnectionDoor
    private let patience: Duration
    private var number: Int?
    private var hasAsked = false
    private var deadline: Scheduled<Void>?

    init(door: ConnectionDoor, patience: Duration) {
        self.door = door
        self.patience = patience
    }

    func channelActive(context: ChannelHandlerContext) {
        number = door.enter(context.channel)
        guard number != nil else { return context.close(promise: nil) }
        setDeadline(context.channel)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        if let number { door.left(number) }
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .end = unwrapInboundIn(data), !hasAsked {
            guard let number, door.asked(number) else { return context.close(promise: nil) }
            hasAsked = true
            setDeadline(context.channel)
        }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client may close its half once it has asked.
        if case ChannelEvent.inputClosed = event, !hasAsked { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            // Connections are few, and not kept for those who might ask again.
            head.headerFields[.connection] = "close"
            if head.headerFields[.cacheControl] == nil { head.headerFields[.cacheControl] = "no-store" }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            let channel = context.channel
            let written = promise ?? context.eventLoop.makePromise()
            written.futureResult.whenComplete { _ in channel.close(promise: nil) }
            context.writeAndFlush(data, promise: written)
        }
    }

    private func setDeadline(_ channel: any Channel) {
        deadline?.cancel()
        deadline = channel.eventLoop.scheduleTask(in: TimeAmount(patience)) {
            channel.close(promise: nil)
        }
    }
}
