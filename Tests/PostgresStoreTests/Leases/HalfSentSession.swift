// A client that was stopped while it was sending: it has said much, and never says the end.

import Foundation
import PrivatePostgreSQL

/// Speaks the protocol itself, on the server's socket, for libpq sends nothing by halves.
final class HalfSentSession {
    private let descriptor: Int32

    /// Is let in without a password, as everybody is there.
    init(on cluster: PrivateCluster, named name: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = "\(cluster.folder)/.s.PGSQL.\(cluster.port)"
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { [descriptor] in
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else { throw POSIXError(POSIXError.Code(rawValue: errno) ?? .EIO) }
        let terms = ["user", "tester", "database", "postgres", "application_name", name]
        send(nil, number(196_608) + terms.flatMap(Self.text) + [0])
    }

    deinit { close(descriptor) }

    /// Has them run, one after the other, and does not say that they are all.
    func run(_ statements: [String]) {
        for statement in statements {
            send("P", Self.text("") + Self.text(statement) + [0, 0])
            send("B", Self.text("") + Self.text("") + [0, 0, 0, 0, 0, 0])
            send("E", Self.text("") + number(0))
        }
        send("H", [])
    }

    /// Returns once the server has closed the connection.
    func isEnded() {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        while recv(descriptor, &bytes, bytes.count, 0) > 0 {}
    }

    private func send(_ kind: Character?, _ body: [UInt8]) {
        let message = (kind?.asciiValue.map { [$0] } ?? []) + number(body.count + 4) + body
        _ = Foundation.send(descriptor, message, message.count, Int32(MSG_NOSIGNAL))
    }

    private func number(_ value: Int) -> [UInt8] { withUnsafeBytes(of: Int32(value).bigEndian) { Array($0) } }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }
}
