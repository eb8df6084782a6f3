// Takes one request: verifies it, asks how to answer, and answers like that.

import ChangeFeed
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// What an answer needs of its connection.
struct ReceiverContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }
}

struct ReceiverResponder: HTTPResponder {
    let configuration: ReceiverServer.Configuration
    let reception: Reception
    let now: @Sendable () -> Instant

    func respond(to request: Request, context: ReceiverContext) async throws -> Response {
        guard request.method == .post else {
            return Self.text(.methodNotAllowed, "This is a webhook receiver: POST events here.", [.allow: "POST"])
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: configuration.bodyLimit)
        } catch is NIOTooManyBytesError {
            return Self.text(
                .contentTooLarge, "The body is larger than \(configuration.bodyLimit) bytes.", [.connection: "close"])
        }
        let received = ReceivedRequest(
            number: reception.takeNumber(), path: request.uri.string,
            headers: request.headers.map { HeaderField($0.name.rawName, $0.value) },
            body: Array(body.readableBytesView),
            arrivedAt: now(), keys: configuration.keys, tolerance: configuration.tolerance)
        let hold = Hold()
        guard let answer = reception.begin(received, release: { hold.end(.released) }) else {
            reception.end(received, .refused(status: 401))
            return Self.text(.unauthorized, "Refused: \(received.fault?.explanation ?? "not verified").")
        }
        return try await perform(answer, for: received, on: context.channel, holding: hold)
    }

    private func perform(
        _ answer: ReceiverAnswer, for request: ReceivedRequest, on channel: any Channel, holding hold: Hold
    ) async throws -> Response {
        if answer.delay > .zero, await wait(answer.delay, on: channel) != .elapsed {
            return try await leave(request, .abandoned, channel)
        }
        switch answer.form {
        case .silence:
            _ = await wait(nil, on: channel)
            return try await leave(request, .abandoned, channel)
        case .held:
            guard await wait(nil, on: channel, hold) == .released else {
                return try await leave(request, .abandoned, channel)
            }
        case .reset:
            return try await leave(request, .dropped, channel)
        case .lost:
            try journal(request)
            return try await leave(request, answer.outcome, channel)
        case .status, .slowBody, .hugeBody:
            break
        }
        if case .accepted = answer.outcome { try journal(request) }
        reception.end(request, answer.outcome)
        return response(answer, on: channel)
    }

    /// Closes the connection instead of answering.
    private func leave(
        _ request: ReceivedRequest, _ outcome: ReceivedExchange.Outcome, _ channel: any Channel
    ) async throws -> Response {
        reception.end(request, outcome)
        try? await channel.close()
        throw ConnectionGivenUp()
    }

    /// Before the answer goes out: what the sender was told is taken must not be lost with this process.
    private func journal(_ request: ReceivedRequest) throws {
        do {
            try configuration.journal?.append(request)
        } catch {
            reception.end(request, .refused(status: 500))
            throw error
        }
    }

    private func response(_ answer: ReceiverAnswer, on channel: any Channel) -> Response {
        var headers = HTTPFields()
        if let delivery = answer.delivery { headers[.init("webhook-delivery")!] = delivery }
        if let seconds = answer.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
        if let location = answer.location { headers[.location] = location }
        switch answer.form {
        case .slowBody(let interval): return Response(status: .ok, headers: headers, body: slowBody(interval, channel))
        case .hugeBody(let bytes): return Response(status: .ok, headers: headers, body: Self.hugeBody(bytes))
        case .status(let status) where status != 200:
            return Response(status: .init(code: status), headers: headers)
        case .status, .silence, .reset, .lost, .held:
            return Self.text(.ok, "Accepted.", headers)
        }
    }

    private static func text(
        _ status: HTTPResponse.Status, _ text: String, _ headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = "text/plain; charset=utf-8"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text + "\n")))
    }
}

/// Ends a connection that gets no answer.
struct ConnectionGivenUp: Error {}

/// One wait of a request. An end that comes before anybody waits is not lost.
private struct Hold: Sendable {
    enum End {
        case elapsed, released
        /// The sender has closed the connection, or the receiver is stopping.
        case gone
    }

    private let ends: AsyncStream<End>
    private let continuation: AsyncStream<End>.Continuation

    init() {
        (ends, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    }

    func end(_ end: End) { continuation.yield(end) }

    var ended: End {
        get async { await ends.first { _ in true } ?? .gone }
    }
}

// MARK: - Taking time

extension ReceiverResponder {
    /// Waits for the time to pass, for the hold to be released, for the sender to go, or for the receiver to stop.
    private func wait(_ time: Duration?, on channel: any Channel, _ hold: Hold = Hold()) async -> Hold.End {
        channel.closeFuture.whenComplete { _ in hold.end(.gone) }
        let timer = time.map { time in
            channel.eventLoop.scheduleTask(in: .microseconds(time.microseconds)) { hold.end(.elapsed) }
        }
        defer { timer?.cancel() }
        return await withGracefulShutdownHandler {
            await hold.ended
        } onGracefulShutdown: {
            hold.end(.gone)
        }
    }

    /// A mebibyte, one byte at a time.
    private func slowBody(_ interval: Duration, _ channel: any Channel) -> ResponseBody {
        ResponseBody(contentLength: 1 << 20) { writer in
            repeat {
                try await writer.write(ByteBuffer(string: "."))
            } while await wait(interval, on: channel) == .elapsed
            throw ConnectionGivenUp()
        }
    }

    private static func hugeBody(_ bytes: Int) -> ResponseBody {
        ResponseBody(contentLength: bytes) { writer in
            let chunk = ByteBuffer(repeating: UInt8(ascii: "."), count: 65_536)
            var rest = bytes
            while rest > 0 {
                try await writer.write(chunk.getSlice(at: 0, length: min(rest, chunk.readableBytes)) ?? chunk)
                rest -= min(rest, chunk.readableBytes)
            }
            try await writer.finish(nil)
        }
    }
}
