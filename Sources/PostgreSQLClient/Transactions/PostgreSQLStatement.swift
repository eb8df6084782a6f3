// One command of SQL with its parameters.

/// What is sent as one statement; its parameters are `$1`, `$2` and so on, each of the type of its value.
package struct PostgreSQLStatement: Sendable {
    /// What people call it, where it fails: `known records`.
    package let name: String
    package let sql: String
    package let parameters: [PostgreSQLValue]
    /// The name of the check that it is, where it is one.
    package let check: String?

    /// - Parameter sql: a single command; PostgreSQL refuses several in one statement that has parameters.
    package init(_ name: String, _ sql: String, _ parameters: [PostgreSQLValue] = []) {
        self.init(name: name, sql: sql, parameters: parameters, check: nil)
    }

    private init(name: String, sql: String, parameters: [PostgreSQLValue], check: String?) {
        self.name = name
        self.sql = sql
        self.parameters = parameters
        self.check = check
    }

    /// Lets the transaction go on only where the condition is true; false and NULL undo all of it, before anything that
    /// comes after is run. It fails as `PostgreSQLTrouble.checkFailed` of the name.
    ///
    /// What must not change before the end is locked in a statement of its own before this one, which then sees what
    /// was committed while that waited.
    ///
    /// - Parameters:
    ///   - condition: an expression of SQL, such as `EXISTS (SELECT FROM lease WHERE account = $1 AND epoch = $2)`.
    ///   - parameters: of the condition.
    package static func check(
        _ name: String, that condition: String, _ parameters: [PostgreSQLValue] = []
    ) -> PostgreSQLStatement {
        // The text that is no number ends the transaction, and stands in the server's log. It is a parameter: a
        // constant would be made a number of before anybody asks for the condition.
        let sql = "SELECT CASE WHEN (\(condition)) THEN '1' ELSE $\(parameters.count + 1)::text END::int4"
        return PostgreSQLStatement(
            name: name, sql: sql, parameters: parameters + [.text("check failed: \(name)")], check: name)
    }

    /// Lets each of the statements behind it, up to the next Sync or the end of the transaction, take as long as it is
    /// waited for, whatever the user may take by default, and hardly longer: the server does not notice that nobody waits
    /// any more. All that goes out together is one transaction to it.
    ///
    /// - Parameter patience: until the connection is given up. The server's limit is a little less, so that it says
    ///   itself what took so long.
    static func limited(to patience: Duration) -> PostgreSQLStatement {
        let milliseconds = min(max(patience.inSeconds * 900, 1), Double(Int32.max))
        return PostgreSQLStatement(
            "limits", "SELECT set_config('statement_timeout', $1, true)", [.text("\(Int(milliseconds))ms")])
    }

    /// What the server says of a text that is no number.
    static let failedCheckState = "22P02"

    /// Why it cannot be sent; nil where it can.
    var problem: PostgreSQLFailure? {
        if sql.utf8.contains(0) { return unsendable("it has a zero character") }
        if parameters.count > Int(UInt16.max) { return unsendable("it has more than 65,535 parameters") }
        for (index, parameter) in parameters.enumerated() {
            if parameter.hasZeroCharacter {
                return unsendable("parameter \(index + 1) is a text with a zero character; only a bytea can hold one")
            }
            if parameter.bytes?.count ?? 0 > Self.longestValue {
                return unsendable("parameter \(index + 1) is longer than the gigabyte that a value may have")
            }
        }
        return nil
    }

    private func unsendable(_ reason: String) -> PostgreSQLFailure {
        PostgreSQLFailure(.unsendable, reason, statement: name)
    }

    /// A message of the protocol ends there, and what else it has needs some room.
    private static let longestValue = 1_000_000_000
}
