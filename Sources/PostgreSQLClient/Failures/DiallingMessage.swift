// What libpq says of a connection that did not come about: a text, for there is no result to ask yet.

/// The parts of such a text, which is made with the verbosity that puts the SQLSTATE before the message.
struct DiallingMessage: Equatable {
    /// Nil where the server said nothing.
    let sqlState: String?
    let message: String

    /// - Parameter text: `connection to server at "db1", port 5432 failed: FATAL:  3D000: database "x" does not exist`,
    ///   and further lines. Where libpq tried twice, with TLS and without it, the last attempt is the one that counts.
    init(_ text: String) {
        let lines = text.split(separator: "\n").map(String.init)
        for line in lines.reversed() {
            if let found = Self.serversMessage(in: line) {
                (sqlState, message) = found
                return
            }
        }
        sqlState = nil
        message = lines.first ?? "libpq gives no reason"
    }

    /// After the severity, which is in the server's language, come a colon and two spaces.
    private static func serversMessage(in line: String) -> (String, String)? {
        let bytes = Array(line.utf8)
        let (before, after) = (Array(":  ".utf8), Array(": ".utf8))
        let length = before.count + 5 + after.count
        guard bytes.count > length else { return nil }
        for start in 0..<bytes.count - length where bytes[start...].starts(with: before) {
            let state = bytes[start + before.count..<start + before.count + 5]
            let rest = bytes[(start + before.count + 5)...]
            guard rest.starts(with: after), state.allSatisfy(isOfSQLState) else { continue }
            return (String(decoding: state, as: UTF8.self), String(decoding: rest.dropFirst(2), as: UTF8.self))
        }
        return nil
    }

    private static func isOfSQLState(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
