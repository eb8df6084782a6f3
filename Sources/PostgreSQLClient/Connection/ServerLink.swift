// One connection of libpq's, and waiting on its socket.

import CPostgreSQL
import ChangeFeed

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Owns the connection, and waits for it by poll(2) alone, never longer than until a deadline.
final class ServerLink {
    let library: PostgreSQLLibrary
    let connection: OpaquePointer
    let notices: NoticeLog
    /// False once it was given up.
    private(set) var isOpen = true

    /// Begins to connect; names are looked up here, which takes as long as the system lets it.
    init(_ keywords: [String: String], by library: PostgreSQLLibrary) throws(PostgreSQLFailure) {
        let pairs = keywords.map { (strdup($0), strdup($1)) }
        defer {
            pairs.forEach {
                free($0); free($1)
            }
        }
        let (names, values) = (pairs.map { UnsafePointer($0.0) } + [nil], pairs.map { UnsafePointer($0.1) } + [nil])
        guard let connection = library.functions.PQconnectStartParams(names, values, 0) else {
            throw PostgreSQLFailure(.unreachable, "there is no memory for a connection")
        }
        self.library = library
        self.connection = connection
        notices = NoticeLog(library)
        _ = library.functions.PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
        notices.listen(to: connection)
    }

    deinit {
        library.functions.PQfinish(connection)
    }

    /// Gives the connection up at once: nothing that is still to be sent leaves.
    func drop() {
        guard isOpen else { return }
        isOpen = false
        shutdown(library.functions.PQsocket(connection), Int32(SHUT_RDWR))
    }

    var isBroken: Bool { library.functions.PQstatus(connection) == CONNECTION_BAD }

    /// Waits until the socket can do one of these, or has failed; its state is for libpq to find out.
    ///
    /// - Returns: false where the deadline came first.
    func wait(for events: Int32, until deadline: Deadline) -> Bool {
        var socket = pollfd(fd: library.functions.PQsocket(connection), events: Int16(events), revents: 0)
        // poll(2) passes over a socket that is closed.
        if socket.fd < 0 { return true }
        while true {
            let left = deadline.milliseconds
            let count = poll(&socket, 1, left)
            if count > 0 { return true }
            if count < 0 && errno != EINTR { return true }
            if left == 0 { return false }
        }
    }

    /// Whether the server has closed the connection while nothing was asked.
    var hasEnded: Bool {
        guard isOpen, !isBroken else { return true }
        // Settings that change are told unasked, and are no end; that it ends is told before it does.
        while wait(for: Int32(POLLIN), until: Deadline(in: .zero)) {
            if library.functions.PQconsumeInput(connection) == 0 { return true }
        }
        return false
    }

    /// What libpq says of it, without what it says of what to do.
    var message: DiallingMessage {
        DiallingMessage(PostgreSQLLibrary.text(library.functions.PQerrorMessage(connection)))
    }
}

/// SQLSTATEs of the notices that a server sent.
final class NoticeLog {
    private let library: PostgreSQLLibrary
    private(set) var states: [String] = []

    init(_ library: PostgreSQLLibrary) {
        self.library = library
    }

    /// For as long as the connection lives, which this one has to outlive.
    func listen(to connection: OpaquePointer) {
        _ = library.functions.PQsetNoticeReceiver(
            connection,
            { context, result in
                guard let context else { return }
                Unmanaged<NoticeLog>.fromOpaque(context).takeUnretainedValue().add(result)
            },
            Unmanaged.passUnretained(self).toOpaque())
    }

    func clear() { states = [] }

    private func add(_ result: OpaquePointer?) {
        guard let state = library.functions.PQresultErrorField(result, Int32(UInt8(ascii: "C"))) else { return }
        states.append(String(cString: state))
    }
}
