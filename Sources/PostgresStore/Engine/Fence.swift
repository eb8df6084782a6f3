// What has to hold for a daemon to write anything of an account.

import PostgreSQLClient

/// The lease under which a daemon leads an account.
package struct Fence: Sendable {
    /// As the leases' own table calls it.
    package let account: String
    package let epoch: Int64

    package init(account: String, epoch: Int64) {
        self.account = account
        self.epoch = epoch
    }

    /// A lock that whoever takes the account over waits for, and for which it has to wait in turn; and a check behind it,
    /// which undoes everything where the account is another's by now.
    ///
    /// The lock is none of a row: those who share one pass whoever waits to change it.
    func statements(of account: Int64, in schema: String) -> [PostgreSQLStatement] {
        [
            PostgreSQLStatement(
                "lock of the account", "SELECT pg_advisory_xact_lock_shared(hashtext($1), hashtext($2))",
                [.text(schema), .text(self.account)]),
            .check(
                Self.check,
                that: "EXISTS (SELECT FROM \(schema).lease WHERE account = $1 AND epoch = $2)",
                [.text(self.account), .int8(epoch)]),
        ]
    }

    static let check = "lease of the account"
}
