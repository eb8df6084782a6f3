// Sends an answer over a connection, or breaks the connection in the way the answer says.

import SimulatedWorld
import Hummingbird
import HummingbirdCore
import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

struct AnswerWriter {
    let answer: SimulatedAnswer
    let acceptsGzip: Bool

    private typealias Field = HTTPFields.Element

    func send(_ writer: consuming ResponseWriter, over channel: any Channel) async throws {
        if answer.transport == .reset {
            try await Self.reset(channel)
            return
        }
        let (body, encoding) = encodedBody()
        var head = HTTPResponse(status: .init(code: answer.status))
        for header in answer.headers {
            guard let name = Field.Name(header.name) else { continue }
            head.headerFields.append(Field(name: name, value: header.value))
        }
        head.headerFields[.contentLength] = String(body.count)
        head.headerFields[.contentEncoding] = encoding
        guard case .truncated(let bytes) = answer.transport, !body.isEmpty else {
            try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
            return
        }
        var bodyWriter = try await writer.writeHead(head)
        try await bodyWriter.write(ByteBuffer(bytes: body.prefix(bytes % body.count)))
        try await channel.close()
    }

    private func encodedBody() -> (body: [UInt8], encoding: String?) {
        let isBroken = answer.transport == .brokenCompression
        guard acceptsGzip || isBroken, !answer.body.isEmpty, var packed = Gzip.compress(answer.body) else {
            return (answer.body, nil)
        }
        if isBroken {
            // Past the header of ten bytes: the frame is gzip, its contents are not.
            for index in packed.indices.dropFirst(10) { packed[index] = ~packed[index] }
        }
        return (packed, "gzip")
    }

    /// Closes without waiting for what is unsent, so that the client sees a reset and not an end.
    private static func reset(_ channel: any Channel) async throws {
        if let socket = channel as? any SocketOptionProvider {
            try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try await channel.close()
    }
}
