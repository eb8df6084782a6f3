// Tells a request that is held open from one whose sender has gone.

import NIOCore

/// Closes the connection when the other side has closed its half: a sender of webhooks that closes before it has its
/// answer has given up, and whoever waits for the channel to close learns it at once.
final class LeavingClientHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
