// The admin server on a socket, asked by bytes.

import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import AdminHTTP

@Suite("The admin server on its socket", .timeLimit(.minutes(60)))
struct AdminServerTests {
    /// What comes back until the connection ends, for these bytes; `closesItsHalf` after them.
    private func exchange(_ text: String, at path: String, closesItsHalf: Bool = false) async throws -> String {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
            .executeThenClose { inbound, outbound in
                // A server that has no patience left has closed, and says no more. Where it had not even read what it
                // was sent, the system calls that end a reset.
                do { try await outbound.write(ByteBuffer(string: text)) } catch is ChannelError {} catch is IOError {}
                if closesItsHalf { outbound.finish() }
                var answer = ""
                do {
                    for try await part in inbound { answer += String(buffer: part) }
                } catch let end as IOError where end.errnoCode == ECONNRESET {}
                return answer
            }
    }

    /// Serves on a socket of its own for the time of the body.
    private func serving(
        patience: Duration = .seconds(600), parting: Duration = .seconds(600), connections: Int = 32,
        desk: StubDesk? = nil,
        _ body: @escaping @Sendable (_ path: String) async throws -> Void
    ) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("a-\(UUID().uuidString.prefix(8))")
            .path
        let (lines, line) = AsyncStream.makeStream(of: Void.self)
        let logger = Logger(label: "test") { _ in ToldOf(line: line) }
        let server = GuardedServer.admin(
            at: .unix(path: path),
            bounds: .init(connections: connections, patience: patience, parting: parting), machine: "test",
            token: nil, version: "0", desk: try desk ?? StubDesk(), logger: logger)
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: server)], logger: Logger(label: "group") { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            _ = await lines.first { true }
            try await body(path)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        try? FileManager.default.removeItem(atPath: path)
    }

    @Test("HEAD is answered with the head of GET, a wrong method with those that are right, and each connection closed")
    func methods() async throws {
        try await serving { path in
            let whole = try await exchange("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", at: path)
            #expect(whole.hasPrefix("HTTP/1.1 200 OK\r\n") && whole.hasSuffix("\r\n\r\nmetrics\n"))
            let head = try await exchange("HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n", at: path)
            #expect(head + "metrics\n" == whole)
            let wrong = try await exchange("POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", at: path)
            #expect(wrong.hasPrefix("HTTP/1.1 405 ") && wrong.contains("\r\nAllow: GET, HEAD\r\n"))
            let foreign = try await exchange("GET /healthz HTTP/1.1\r\nHost: x\r\nOrigin: http://y\r\n\r\n", at: path)
            #expect(foreign.hasPrefix("HTTP/1.1 403 "))
            let half = try await exchange("GET /healthz HTTP/1.0\r\n\r\n", at: path, closesItsHalf: true)
            #expect(half.hasPrefix("HTTP/1.1 200 OK\r\n") && half.hasSuffix("ok\n"))
            let garbage = try await exchange("\u{1}\u{2}\r\n\r\n", at: path)
            #expect(garbage.hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test("Metrics that cannot be read are no answer of metrics")
    func failing() async throws {
        try await serving(desk: StubDesk(metrics: { throw CancellationError() })) { path in
            let answer = try await exchange("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", at: path)
            #expect(answer.hasPrefix("HTTP/1.1 503 "))
            let readiness = try await exchange("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n", at: path)
            #expect(readiness.hasPrefix("HTTP/1.1 503 ") && readiness.hasSuffix("no polls\n"))
        }
    }

    @Test("A request that does not come is not waited for, nor one that comes byte by byte, nor an answer that is late")
    func patience() async throws {
        let late = try StubDesk {
            try await ContinuousClock().sleep(for: .seconds(3_600))
            return ""
        }
        try await serving(patience: .milliseconds(200), desk: late) { path in
            for text in ["", "GET /healthz HT", "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"] {
                let answer = try await exchange(text, at: path)
                #expect(answer.isEmpty)
            }
        }
    }

    @Test("An answer that does not come holds up no stop")
    func partingFromALateAnswer() async throws {
        let (asked, isAsked) = AsyncStream.makeStream(of: Void.self)
        let late = try StubDesk {
            isAsked.yield()
            try await ContinuousClock().sleep(for: .seconds(3_600))
            return ""
        }
        let (answers, answer) = AsyncStream.makeStream(of: String.self)
        try await serving(parting: .milliseconds(100), desk: late) { path in
            Task { answer.yield(try await exchange("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", at: path)) }
            _ = await asked.first { true }
        }
        #expect(await answers.first { _ in true } == "")
    }

    @Test("An address that was taken is listened on once it is free")
    func takenAddress() async throws {
        let other = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(other.localAddress?.port)
        let (lines, line) = AsyncStream.makeStream(of: Void.self)
        let server = GuardedServer.admin(
            at: .tcp(host: "127.0.0.1", port: port),
            bounds: .init(connections: 4, patience: .seconds(600), retry: .milliseconds(10)), machine: "test",
            token: nil, version: "0", desk: try StubDesk(),
            logger: Logger(label: "test") { _ in ToldOf(line: line) })
        let running = Task { try await server.run() }
        var said = lines.makeAsyncIterator()
        // It says that it cannot, and later that it can.
        _ = await said.next()
        try await other.close()
        _ = await said.next()
        let visitor = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port).get()
        try await visitor.close()
        running.cancel()
        try await running.value
    }

    @Test("Idle connections keep nobody out")
    func crowd() async throws {
        try await serving(connections: 4) { path in
            let idle = try await withThrowingTaskGroup(of: (any Channel).self) { tasks in
                for _ in 0..<20 {
                    tasks.addTask {
                        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                            .connect(unixDomainSocketPath: path).get()
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            let answer = try await exchange("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", at: path)
            #expect(answer.hasSuffix("ok\n"))
            for channel in idle { try? await channel.close() }
        }
    }
}

/// Tells of the first line that is logged.
private struct ToldOf: LogHandler {
    let line: AsyncStream<Void>.Continuation
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { line.yield() }
}
