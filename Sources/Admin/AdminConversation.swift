// One connection to the admin server: one request, one answer, and its end.

import NIOCore
import NIOHTTP1

/// Reads a request, has it answered, and closes. Neither may take longer than the server's patience, however slowly the
/// bytes come or are taken.
final class AdminConversation: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let door: AdminDoor
    private let patience: Duration
    private let answer: @Sendable (AdminRequest) async -> AdminAnswer
    private var number: Int?
    private var head: HTTPRequestHead?
    private var isAnswering = false
    private var deadline: Scheduled<Void>?

    init(door: AdminDoor, patience: Duration, answer: @escaping @Sendable (AdminRequest) async -> AdminAnswer) {
        self.door = door
        self.patience = patience
        self.answer = answer
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
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        // What comes with a request that asks is read, lest its sender misses the answer, and thrown away.
        case .body: break
        case .end: asked(context.channel)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client may close its half once it has asked.
        if case ChannelEvent.inputClosed = event, !isAnswering { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func setDeadline(_ channel: any Channel) {
        deadline?.cancel()
        deadline = channel.eventLoop.scheduleTask(in: TimeAmount(patience)) {
            channel.close(promise: nil)
        }
    }

    private func asked(_ channel: any Channel) {
        guard let head, let number, !isAnswering, door.asked(number) else { return }
        isAnswering = true
        setDeadline(channel)
        let (answer, request, version) = (answer, AdminRequest(head), head.version)
        Task { @Sendable in
            let said = await answer(request)
            Self.write(said, withBody: request.method != "HEAD", version: version, to: channel)
        }
    }

    private static func write(_ answer: AdminAnswer, withBody: Bool, version: HTTPVersion, to channel: any Channel) {
        let body = ByteBuffer(string: answer.body)
        var headers = HTTPHeaders(answer.headers.map { ($0.name, $0.value) })
        if !headers.contains(name: "Content-Type") {
            headers.add(name: "Content-Type", value: "text/plain; charset=utf-8")
        }
        headers.add(name: "Content-Length", value: String(body.readableBytes))
        headers.add(name: "Cache-Control", value: "no-store")
        // Connections are few, and not kept for those who might ask again.
        headers.add(name: "Connection", value: "close")
        let head = HTTPResponseHead(version: version, status: .init(statusCode: answer.status), headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        if withBody { channel.write(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil) }
        channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { _ in channel.close(promise: nil) }
    }
}

extension AdminRequest {
    init(_ head: HTTPRequestHead) {
        self.init(
            method: head.method.rawValue, target: head.uri, hosts: head.headers["Host"],
            origins: head.headers["Origin"],
            namesItsHost: head.version != .http1_0)
    }
}
