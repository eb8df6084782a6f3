// One connection of a scripted peer: collects requests, and plays the script of each.

import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

final class ScriptPlayer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let peer: ScriptedPeer
    private var received: [UInt8] = []
    private var steps: ArraySlice<Step> = []
    private var endless: [UInt8]?
    private var isDeaf = false

    init(peer: ScriptedPeer) {
        self.peer = peer
    }

    func channelActive(context: ChannelHandlerContext) {
        if peer.accepts() {
            steps = peer.greeting[...]
            playNext(context)
        } else {
            reset(context)
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        peer.received(bytes: buffer.readableBytes)
        if let hasty = peer.hasty {
            guard !isDeaf else { return }
            isDeaf = true
            steps = hasty[...]
            stopReading(context)
            return playNext(context)
        }
        received += buffer.readableBytesView
        while let request = ReceivedRequest(takenFrom: &received) {
            peer.request.yield(request)
            steps = peer.nextScript()[...]
            playNext(context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        sendEndlessly(context)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        endless = nil
        steps = []
        peer.ending.yield()
        context.fireChannelInactive()
    }

    /// A client that leaves in the middle of something is what these tests are about.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func playNext(_ context: ChannelHandlerContext) {
        guard let step = steps.popFirst() else { return }
        switch step {
        case .send(let bytes):
            write(bytes, context)
            playNext(context)
        case .drip(let bytes, let pause):
            drip(bytes[...], every: .microseconds(Int64(pause / .microseconds(1))), context)
        case .sendEndlessly(let bytes):
            endless = bytes
            sendEndlessly(context)
        case .close:
            context.close(promise: nil)
        case .finish:
            context.close(mode: .output, promise: nil)
            playNext(context)
        case .leave:
            context.triggerUserOutboundEvent(Muzzle.On(), promise: nil)
            context.close(promise: nil)
        case .reset:
            reset(context)
        }
    }

    private func stopReading(_ context: ChannelHandlerContext) {
        context.channel.setOption(.autoRead, value: false).whenComplete { _ in }
    }

    private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)))
        written.whenSuccess { [peer] in peer.wrote(bytes: bytes.count) }
    }

    private func drip(_ bytes: ArraySlice<UInt8>, every pause: TimeAmount, _ context: ChannelHandlerContext) {
        guard let byte = bytes.first else { return playNext(context) }
        guard context.channel.isActive else { return }
        write([byte], context)
        context.eventLoop.assumeIsolated().scheduleTask(in: pause) {
            self.drip(bytes.dropFirst(), every: pause, context)
        }
    }

    private func sendEndlessly(_ context: ChannelHandlerContext) {
        while let endless, context.channel.isActive, context.channel.isWritable { write(endless, context) }
    }

    /// A socket closed with a linger time of nothing sends a reset instead of a farewell.
    private func reset(_ context: ChannelHandlerContext) {
        let channel = context.channel
        (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}

/// Stands at the socket, and from a moment on lets nothing more out to it.
final class Muzzle: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    struct On: Sendable {}

    private var isOn = false

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        if event is On { isOn = true } else { context.triggerUserOutboundEvent(event, promise: promise) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isOn { promise?.succeed() } else { context.write(data, promise: promise) }
    }
}
