// Statements that go out in one write, and their answers.

import CPostgreSQL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension ServerLink {
    /// Sends the statements and one Sync after them, and reads what comes back.
    ///
    /// There is no Sync between them and no Flush without one. Reading and writing go on at the same time, so that
    /// neither side waits for the other with full hands. Where the connection ends or the deadline passes, it is given
    /// up.
    func exchange(_ statements: [PostgreSQLStatement], until deadline: Deadline) -> PipelineAnswers {
        var answers = PipelineAnswers()
        if let problem = statements.lazy.compactMap(\.problem).first {
            answers.end = problem
            return answers
        }
        if hasEnded {
            drop()
            answers.end = PostgreSQLFailure(.connectionLost, "it had ended before anything was asked")
            return answers
        }
        // What takes time is done before the first byte leaves.
        let encoded = statements.map(EncodedStatement.init)
        notices.clear()
        do throws(PostgreSQLFailure) {
            for statement in encoded.dropLast() { try hand(over: statement) }
            answers.isSent = true
            if let last = encoded.last { try hand(over: last) }
            guard library.functions.PQpipelineSync(connection) == 1 else { throw lost() }
            try flush(until: deadline)
            try read(statements, into: &answers, until: deadline)
        } catch {
            drop()
            answers.end = error
        }
        return answers
    }

    private func hand(over statement: EncodedStatement) throws(PostgreSQLFailure) {
        let isTaken = statement.withPointers { types, values, lengths, formats in
            library.functions.PQsendQueryParams(
                connection, statement.sql, Int32(types.count), types, values, lengths, formats, 1)
        }
        guard isTaken == 1 else { throw lost() }
    }

    private func flush(until deadline: Deadline) throws(PostgreSQLFailure) {
        while true {
            let rest = library.functions.PQflush(connection)
            if rest == 0 { return }
            // What it said before it closed the connection is still to be read.
            if rest < 0 { return }
            guard wait(for: Int32(POLLIN | POLLOUT), until: deadline) else { throw tooLate() }
            if library.functions.PQconsumeInput(connection) == 0 { return }
        }
    }

    private func read(
        _ statements: [PostgreSQLStatement], into answers: inout PipelineAnswers, until deadline: Deadline
    ) throws(PostgreSQLFailure) {
        for (index, statement) in statements.enumerated() {
            if index == statements.count - 1 { notices.clear() }
            guard let result = try nextResult(until: deadline) else { throw unreadable("an answer is missing") }
            try take(result, of: statement, into: &answers)
            guard try nextResult(until: deadline) == nil else { throw unreadable("a statement has two answers") }
            if index == statements.count - 1 { answers.lastNotices = notices.states }
        }
        guard let sync = try nextResult(until: deadline), sync.status == PGRES_PIPELINE_SYNC else {
            throw unreadable("the end of the pipeline is missing")
        }
    }

    private func take(
        _ result: ServerResult, of statement: PostgreSQLStatement, into answers: inout PipelineAnswers
    ) throws(PostgreSQLFailure) {
        switch result.status {
        case PGRES_COMMAND_OK where answers.refused == nil, PGRES_TUPLES_OK where answers.refused == nil:
            answers.rows.append(result.rows)
            answers.lastTag = result.tag
        case PGRES_FATAL_ERROR where answers.refused == nil:
            guard let failure = result.failure else { throw lost() }
            answers.refused = failure.of(statement)
            if failure.severity != .error { throw failure }
        case PGRES_PIPELINE_ABORTED where answers.refused != nil: return
        case PGRES_FATAL_ERROR: throw lost()
        default: throw unreadable("an answer is of a kind that nobody asked for")
        }
    }

    /// The next result that libpq has; nil at the end of those of a statement.
    private func nextResult(until deadline: Deadline) throws(PostgreSQLFailure) -> ServerResult? {
        while library.functions.PQisBusy(connection) == 1 {
            guard wait(for: Int32(POLLIN), until: deadline) else { throw tooLate() }
            // Where it has ended, what it said before is still handed out.
            if library.functions.PQconsumeInput(connection) == 0 { break }
        }
        return library.functions.PQgetResult(connection).map { ServerResult($0, by: library) }
    }

    private func lost() -> PostgreSQLFailure { PostgreSQLFailure(.connectionLost, message.message) }

    private func tooLate() -> PostgreSQLFailure { PostgreSQLFailure(.deadlinePassed, "no answer came in time") }

    private func unreadable(_ reason: String) -> PostgreSQLFailure { PostgreSQLFailure(.unreadable, reason) }
}

/// A statement as libpq takes it.
private struct EncodedStatement {
    let sql: String
    private let types: [UInt32]
    /// Where each value begins among the bytes; nil for NULL.
    private let starts: [Int?]
    private let lengths: [Int32]
    private let bytes: [UInt8]

    init(_ statement: PostgreSQLStatement) {
        sql = statement.sql
        types = statement.parameters.map(\.type.rawValue)
        // One byte at least, so that an empty value has a place too: a null pointer would be NULL.
        var bytes: [UInt8] = [0]
        bytes.reserveCapacity(statement.parameters.reduce(1) { $0 + ($1.bytes?.count ?? 0) })
        var starts: [Int?] = []
        for parameter in statement.parameters {
            starts.append(parameter.bytes == nil ? nil : bytes.count)
            bytes += parameter.bytes ?? []
        }
        self.starts = starts
        self.bytes = bytes
        lengths = statement.parameters.map { Int32($0.bytes?.count ?? 0) }
    }

    /// All values are binary.
    func withPointers<Result>(
        _ body: ([UInt32], [UnsafePointer<CChar>?], [Int32], [Int32]) -> Result
    ) -> Result {
        bytes.withUnsafeBytes { memory in
            let base = memory.baseAddress!.assumingMemoryBound(to: CChar.self)
            return body(types, starts.map { $0.map { base + $0 } }, lengths, Array(repeating: 1, count: types.count))
        }
    }
}
