// A client that shows what is really on the wire: every byte, and how the connection ended.

import CZlib
import NIOCore
import NIOPosix
import Testing

/// What came over one connection that sent one request.
struct RawExchange: Sendable {
    enum Ending: Sendable, Equatable {
        case closed
        case reset
    }

    let bytes: [UInt8]
    let ending: Ending

    /// The status line and headers, and what followed the blank line.
    private var parts: (head: [Substring], body: ArraySlice<UInt8>) {
        let blank: [UInt8] = [13, 10, 13, 10]
        guard let split = bytes.indices.first(where: { bytes[$0...].starts(with: blank) }) else { return ([], []) }
        let lines = String(decoding: bytes[..<split], as: UTF8.self).split(separator: "\r\n")
        return (lines, bytes[(split + blank.count)...])
    }

    var status: Int? { parts.head.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } }
    var body: [UInt8] { Array(parts.body) }
    var text: String { String(decoding: body, as: UTF8.self) }

    func header(_ name: String) -> String? {
        let prefix = name.lowercased() + ": "
        return parts.head.first { $0.lowercased().hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }
}

/// Connects, sends one request that asks for the connection to be closed, and reads until it is.
func exchange(
    port: Int, _ target: String, method: String = "GET", headers: [String] = [], body: String = ""
) async throws -> RawExchange {
    let lines = ["\(method) \(target) HTTP/1.1", "Host: 127.0.0.1", "Connection: close"] + headers
    let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"]
    let request = (lines + length).joined(separator: "\r\n") + "\r\n\r\n" + body
    let connection = try await RawConnection.open(port: port)
    try await connection.send(request)
    return try await connection.ended.get()
}

struct RawConnection: Sendable {
    private let channel: any Channel
    /// Succeeds with the first bytes that come, or with the end.
    let answered: EventLoopFuture<Void>
    /// Succeeds with everything when the connection has ended.
    let ended: EventLoopFuture<RawExchange>

    static func open(port: Int) async throws -> RawConnection {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answered = loop.makePromise(of: Void.self)
        let ended = loop.makePromise(of: RawExchange.self)
        do {
            let channel = try await ClientBootstrap(group: loop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let collector = Collector(answered: answered, ended: ended)
                        try channel.pipeline.syncOperations.addHandler(collector)
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
            return RawConnection(channel: channel, answered: answered.futureResult, ended: ended.futureResult)
        } catch {
            answered.fail(error)
            ended.fail(error)
            throw error
        }
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text))
    }
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let answered: EventLoopPromise<Void>
    private let ended: EventLoopPromise<RawExchange>
    private var bytes: [UInt8] = []

    init(answered: EventLoopPromise<Void>, ended: EventLoopPromise<RawExchange>) {
        self.answered = answered
        self.ended = ended
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += unwrapInboundIn(data).readableBytesView
        answered.succeed()
    }

    func channelInactive(context: ChannelHandlerContext) {
        answered.succeed()
        ended.succeed(RawExchange(bytes: bytes, ending: .closed))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let isReset = (error as? IOError)?.errnoCode == ECONNRESET
        if isReset { ended.succeed(RawExchange(bytes: bytes, ending: .reset)) } else { ended.fail(error) }
        context.close(promise: nil)
    }
}

/// What the gzip frame holds, or nil where it is not one.
func gunzip(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var input = bytes
    var result: Int32 = Z_OK
    let output = [UInt8](unsafeUninitializedCapacity: 8_000_000) { target, count in
        input.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(target.count)
            result = inflate(&stream, Z_FINISH)
            count = Int(stream.total_out)
        }
    }
    return result == Z_STREAM_END ? output : nil
}
