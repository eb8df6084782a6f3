// What the fleet has done for accounts.

import Fleet

/// Whoever starts and ends the work for accounts. Called by one loop, in the order in which things happened; each call
/// returns at once, and what it begins goes on by itself.
protocol FleetCommands: Sendable {
    /// The work for the account starts, and writes under this lease. There is none for it: what there was has ended.
    func lead(_ lease: Lease)

    /// Nothing is begun for the account until it goes on.
    func rest(_ account: String)

    /// It is still led, under the same lease.
    func goOn(_ account: String)

    /// Nothing more is begun for the account.
    ///
    /// - Parameter ended: called once everything has ended, and was written.
    func stop(_ account: String, ended: @escaping @Sendable () -> Void)

    /// The same, where the account is another's by now, and nothing can be written for it any more.
    func lose(_ account: String, ended: @escaping @Sendable () -> Void)
}
