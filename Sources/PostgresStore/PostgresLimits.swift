// How long PostgreSQL is waited for, and how much is asked of it at once.

import ChangeFeed
import PostgreSQLClient

enum PostgresLimits {
    /// Until a connection is there: a server that is overloaded lets nobody in for some seconds.
    static let diallingPatience = Duration.seconds(5)

    /// How long what was sent may stay unacknowledged by the other machine.
    static let unacknowledged = Duration.seconds(5)

    /// Until an answer is here: a server that is frozen is seen by nothing else.
    static let patience = Duration.seconds(15)

    /// Until a COMMIT is answered, which may wait for a standby; after that it is asked what became of it.
    static let commitPatience = Duration.seconds(20)

    /// The server's own limits, below the patience on this side, so that it says itself what took so long.
    static let ofVerbs = PostgreSQLTransaction.ServerLimits(
        statement: .seconds(10), lock: .seconds(5), idle: .seconds(5))

    /// Tables of millions of rows may have to be rewritten.
    static let ofMigrations = PostgreSQLTransaction.ServerLimits(
        statement: .hours(1), lock: .minutes(10), idle: .seconds(5))
    static let migrationPatience = Duration.hours(2)

    /// Between two questions what became of a transaction.
    static let readBackPause = Duration.milliseconds(250)

    /// A command that meets the daemon, or other commands, at the same row: of those that meet, one goes on.
    static let triesOfVisitor = 30

    /// For how long a server that does not answer is called again, before anybody is told.
    static let recallPatience = Duration.seconds(3)
    static let recallPause = Duration.milliseconds(200)

    /// How many accounts are taken over in one transaction: each takes a lock, of which a server has room for 64 a
    /// session, as it comes.
    static let takenAtOnce = 50

    /// How long a take-over waits for transactions of the last holder, which are short where nothing is wrong with it.
    static let takeOverWait = Duration.seconds(1)

    /// How long the row of a daemon is kept that left without a word, and leads nothing.
    static let goneDaemonsKept = Duration.hours(1)

    /// How long it is kept what became of a transaction: longer than any process is stopped and woken up again.
    static let batchesKept = Duration.hours(48)
    static let batchesPrunedAtOnce = 5_000
}
