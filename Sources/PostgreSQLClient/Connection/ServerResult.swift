// One result of libpq's, owned.

import CPostgreSQL

final class ServerResult {
    private let result: OpaquePointer
    private let functions: libpq

    init(_ result: OpaquePointer, by library: PostgreSQLLibrary) {
        self.result = result
        functions = library.functions
    }

    deinit { functions.PQclear(result) }

    var status: ExecStatusType { functions.PQresultStatus(result) }

    /// `COMMIT`, `INSERT 0 5`.
    var tag: String { PostgreSQLLibrary.text(functions.PQcmdStatus(result)) }

    /// Copied out of libpq's memory, which goes with this.
    var rows: PostgreSQLRows {
        let (count, width) = (functions.PQntuples(result), functions.PQnfields(result))
        let columns = (0..<width).map { column in
            PostgreSQLRows.Column(
                name: PostgreSQLLibrary.text(functions.PQfname(result, column)), type: functions.PQftype(result, column)
            )
        }
        var bytes: [UInt8] = []
        var ends: [Int] = []
        ends.reserveCapacity(Int(count) * Int(width))
        for row in 0..<count {
            for column in 0..<width {
                if functions.PQgetisnull(result, row, column) == 1 {
                    ends.append(-bytes.count - 1)
                    continue
                }
                let length = Int(functions.PQgetlength(result, row, column))
                bytes.append(
                    contentsOf: UnsafeRawBufferPointer(start: functions.PQgetvalue(result, row, column), count: length))
                ends.append(bytes.count)
            }
        }
        return PostgreSQLRows(
            count: Int(count), affected: Int(PostgreSQLLibrary.text(functions.PQcmdTuples(result))), columns: columns,
            bytes: bytes, ends: ends)
    }

    /// What the server said; nil where libpq made the result itself, because the connection is gone.
    var failure: PostgreSQLFailure? {
        guard let state = field("C") else { return nil }
        return PostgreSQLFailure(
            sqlState: state, severity: field("V").flatMap(PostgreSQLSeverity.init), message: field("M") ?? "no message")
    }

    /// - Parameter letter: of the protocol's, which libpq takes as they are.
    private func field(_ letter: Unicode.Scalar) -> String? {
        functions.PQresultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
    }
}
