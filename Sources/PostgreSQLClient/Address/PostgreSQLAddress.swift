// Where a database is: its servers, one or several, and as whom to speak to them.

import CPostgreSQL
import ChangeFeed

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An address as libpq reads it, `postgresql://user@host:port/database?…` or `host=… dbname=…`, taken apart.
///
/// Several hosts are several targets, to be tried one by one: libpq itself ends at the first of them that answers with
/// most errors, such as that it has no connection left. What is not written comes from the environment and the password
/// file, as ever with libpq, at the time of connecting.
package struct PostgreSQLAddress: Sendable, Equatable {
    package let database: String
    /// Nil: the user of the system.
    package let user: String?
    /// At least one.
    package let targets: [PostgreSQLTarget]
    /// What else was written, by libpq's keywords; secrets among it.
    let settings: [String: Secret]

    /// Nil where it is not written here.
    package var password: Secret? { settings["password"] }

    /// - Throws: `PostgreSQLAddressProblem`, or `PostgreSQLLibraryMissing`, for the library is what reads addresses.
    package init(_ text: String) throws {
        try self.init(text, by: PostgreSQLLibrary())
    }

    init(_ text: String, by library: PostgreSQLLibrary) throws(PostgreSQLAddressProblem) {
        var values = try Self.parse(text, by: library)
        if values["options"] != nil { throw .options }
        guard let database = values.removeValue(forKey: "dbname") else { throw .noDatabase }
        self.database = database
        user = values["user"]
        targets = try PostgreSQLTarget.targets(
            hosts: values.removeValue(forKey: "host"), addresses: values.removeValue(forKey: "hostaddr"),
            ports: values.removeValue(forKey: "port"))
        // In a URL, the first @ ends the password, and a slash does as well: the rest of it is somewhere else now.
        if text.contains("://"), ([database] + targets.compactMap(\.host)).contains(where: { $0.contains("@") }) {
            throw .strayAt
        }
        if let keyword = Self.keywordOfBadValue(in: values, by: library) { throw .badValue(of: keyword) }
        settings = values.mapValues { Secret($0) }
    }

    /// - Throws: where this machine lacks what reads addresses and speaks to servers.
    package static func requireLibrary() throws(PostgreSQLLibraryMissing) { _ = try PostgreSQLLibrary() }

    private static func parse(
        _ text: String, by library: PostgreSQLLibrary
    ) throws(PostgreSQLAddressProblem) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard !text.utf8.contains(0), let options = library.functions.PQconninfoParse(text, &message) else {
            defer { library.functions.PQfreemem(message) }
            throw unknownParameter(in: text, by: library)
                ?? .notUnderstood(because: message.flatMap { reason(in: String(cString: $0)) })
        }
        defer { library.functions.PQconninfoFree(options) }
        var values: [String: String] = [:]
        each(of: options) { keyword, value in if let value, !value.isEmpty { values[keyword] = value } }
        return values
    }

    /// The parameter of which libpq does not know the value, such as `sslmode=requires`. It looks at values when it begins
    /// to connect, and so it is told to, by way of a folder that has no socket: nobody is called. What is wrong in the
    /// environment is none of the address's.
    private static func keywordOfBadValue(in values: [String: String], by library: PostgreSQLLibrary) -> String? {
        let mayNameAddresses = values["service"] != nil || getenv("PGSERVICE") != nil || getenv("PGHOSTADDR") != nil
        guard !mayNameAddresses,
            let link = try? ServerLink(
                values.merging(["host": "/dev/null", "port": "5432", "dbname": "none"]) { $1 }, by: library)
        else { return nil }
        let said = withExtendedLifetime(link) {
            PostgreSQLLibrary.text(library.functions.PQerrorMessage(link.connection))
        }
        return said.firstMatch(of: /^invalid ([a-z_]+) value/).map { String($0.1) }
            .flatMap { values[$0] == nil ? nil : $0 }
    }

    /// What libpq says in words of its own: behind them it quotes what it was given, which may be the password or a part
    /// of it, quotation marks included. Nil where it says anything else.
    private static func reason(in message: String) -> String? { reasons.first(where: message.hasPrefix) }

    private static let reasons = [
        "missing \"=\" after", "unterminated quoted string in connection info string", "invalid percent-encoded token",
        "forbidden value %00 in percent-encoded value", "missing key/value separator \"=\" in URI query parameter",
        "extra key/value separator \"=\" in URI query parameter", "invalid URI query parameter",
        "invalid connection option", "IPv6 host address may not be empty in URI", "unexpected character",
        "end of string reached when looking for matching \"]\" in IPv6 host address in URI",
        "unexpected spaces found",
    ]

    private static func each(
        of options: UnsafeMutablePointer<PQconninfoOption>, _ body: (_ keyword: String, _ value: String?) -> Void
    ) {
        var option = options
        while let keyword = option.pointee.keyword {
            body(String(cString: keyword), option.pointee.val.map { String(cString: $0) })
            option += 1
        }
    }

    /// A slip in the name of a parameter. What stands in its place may be a part of a password that is not written as it
    /// should be, so only libpq's own name is ever told.
    private static func unknownParameter(
        in text: String, by library: PostgreSQLLibrary
    ) -> PostgreSQLAddressProblem? {
        guard let options = library.functions.PQconninfoParse("", nil) else { return nil }
        defer { library.functions.PQconninfoFree(options) }
        // In a URL libpq takes this one too, and lists it not.
        var known = ["ssl"]
        each(of: options) { keyword, _ in known.append(keyword) }
        let written =
            text.contains("://")
            ? (text.split(separator: "?", maxSplits: 1).dropFirst().first ?? "").split(separator: "&")
                .compactMap { $0.split(separator: "=").first.map(String.init) }
            : text.matches(of: /(?:^|\s)([A-Za-z_]+)\s*=/).map { String($0.1) }
        return written.lazy.filter { !known.contains($0) }
            .compactMap { nearestName(to: $0, among: known).map(PostgreSQLAddressProblem.unknownParameter) }.first
    }
}

extension PostgreSQLAddress: CustomStringConvertible, CustomReflectable {
    package var description: String {
        let places = targets.map(\.description).joined(separator: " or ")
        let user = user.map { ", as user \"\($0)\"" } ?? ""
        return "database \"\(database)\" at \(places)\(user)"
    }

    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a text is no address of a database; none of them shows the text, for a password may be anywhere in it.
package enum PostgreSQLAddressProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// In libpq's words, without what it quotes.
    case notUnderstood(because: String?)
    /// With the known one that is nearest.
    case unknownParameter(meant: String)
    case badValue(of: String)
    case noDatabase
    case options
    case strayAt
    case unequalLists
    case notAPort
    /// As the address stands in the documentation.
    case portToFillIn

    package var description: String {
        switch self {
        case .notUnderstood(let reason):
            "it is not an address as libpq reads them\(reason.map { " (\($0))" } ?? ""): postgresql://USER:PASSWORD@HOST:PORT/DATABASE, where what is no "
                + "letter or digit in USER and PASSWORD is written as %XX, or host=HOST dbname=DATABASE user=USER, "
                + "where a value with spaces is 'quoted'"
        case .unknownParameter(let meant): "libpq does not know one of its parameters: is \"\(meant)\" meant?"
        case .badValue(let keyword): "libpq does not know the value of its parameter \"\(keyword)\""
        case .noDatabase: "it names no database: postgresql://HOST/DATABASE, or dbname=DATABASE"
        case .options:
            "it has \"options\", which poolers drop: give the user its settings instead, by ALTER ROLE … SET …"
        case .strayAt: "there is an @ or a / too many in it: in a user or password they are written as %40 and %2F"
        case .unequalLists:
            "its lists of host, hostaddr and port have different lengths: one for each host, or one port for all"
        case .notAPort: "one of its ports is not a number from 1 to 65535"
        case .portToFillIn: "it has PORT, a place to fill in"
        }
    }
}
