// A database for the daemon of a test, in a server of PostgreSQL that the tests have started.

import Foundation
import PrivatePostgreSQL

struct Database: Sendable {
    let server: PrivateCluster
    let name: String

    /// A new one.
    init(in server: PrivateCluster, tablespace: String = "pg_default") async throws {
        self.server = server
        name = "d" + UUID().uuidString.lowercased().filter { $0 != "-" }
        try await server.sql("CREATE DATABASE \(name) TABLESPACE \(tablespace)")
    }

    /// As libpq reads it.
    var address: String { address(of: "tester") }

    func address(of user: String) -> String {
        "host=\(server.folder) port=\(server.port) user=\(user) dbname=\(name)"
    }

    /// For `Stage.configure`.
    var keys: [String: String] { ["store.path": "null", "store.url": "\"\(address)\""] }

    /// What psql prints.
    @discardableResult func sql(_ commands: String...) async throws -> String {
        try await server.sql(in: name, commands)
    }
}

extension PrivateCluster {
    /// Plays with a database of its own, in the server that tests share.
    static func withDatabase<Result: Sendable>(
        _ body: @escaping @Sendable (Database) async throws -> Result
    ) async throws -> Result {
        try await SharedCluster.standard.lend { try await body(Database(in: $0)) }
    }
}
