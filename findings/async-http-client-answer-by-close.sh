#!/usr/bin/env bash
# async-http-client 1.37.0: a 2xx that ends with its connection is thrown away where the request's body is a stream that
# has not been asked for its end yet, though the answer is complete. Another status comes through, and so does the 2xx
# where the body is in one piece. Python's http.server and `php -S` answer like that.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/Sources/finding"
cat >"$work/Package.swift" <<'SWIFT'
// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "finding",
    dependencies: [.package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0")],
    targets: [
        .executableTarget(
            name: "finding", dependencies: [.product(name: "AsyncHTTPClient", package: "async-http-client")])
    ])
SWIFT
cat >"$work/Sources/finding/main.swift" <<'SWIFT'
import AsyncHTTPClient
import Foundation

/// A server that answers each connection like this, and reads on until the client has closed.
func serve(_ answer: String) -> Int {
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            precondition(bind(server, $0, length) == 0 && listen(server, 8) == 0)
            getsockname(server, $0, &length)
        }
    }
    Thread.detachNewThread {
        while true {
            let connection = accept(server, nil, nil)
            // Not before the request has begun.
            var buffer = [UInt8](repeating: 0, count: 65_536)
            _ = read(connection, &buffer, buffer.count)
            _ = answer.withCString { write(connection, $0, strlen($0)) }
            shutdown(connection, Int32(SHUT_WR))
            while read(connection, &buffer, buffer.count) > 0 {}
            close(connection)
        }
    }
    return Int(address.sin_port.bigEndian)
}

func post(_ answer: String, streamed: Bool) async -> String {
    var request = HTTPClientRequest(url: "http://127.0.0.1:\(serve(answer))/")
    request.method = .POST
    // All bytes are handed over, and the end is not: the answer comes first.
    let (bytes, body) = AsyncStream.makeStream(of: UInt8.self)
    for byte in "event".utf8 { body.yield(byte) }
    request.body = streamed ? .stream(bytes, length: .known(Int64(5))) : .bytes(Array("event".utf8))
    do {
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let text = String(buffer: try await response.body.collect(upTo: 1_024))
        return "\(response.status.code) \(text)"
    } catch {
        return "\(error)"
    }
}

for status in [200, 404] {
    for streamed in [true, false] {
        let told = await post("HTTP/1.0 \(status) So\r\n\r\nsaid", streamed: streamed)
        print("\(status), \(streamed ? "streamed" : "in one piece"): \(told)")
    }
}
SWIFT
swift run --package-path "$work" finding >"$work/told" 2>"$work/build" || { tail -20 "$work/build" "$work/told"; exit 1; }
cat "$work/told"
diff "$work/told" - <<'EXPECTED'
200, streamed: HTTPClientError.remoteConnectionClosed
200, in one piece: 200 said
404, streamed: 404 said
404, in one piece: 404 said
EXPECTED
