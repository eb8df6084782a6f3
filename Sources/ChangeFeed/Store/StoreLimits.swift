// The limits of the work with the state store, each with its reason.

extension Limits {
    /// Changes without a stamp, or suspects, for which a decision is carried out in one transaction: each row is rewritten
    /// with its content, a million of them in half a minute.
    package static let decidedAtOnce = 2_000

    /// Changes without a stamp told, or learned, in one transaction.
    package static let unstampedSettledAtOnce = 500

    /// After a stop was asked for: how long a loop waits for a store that does not answer. What is left of `stopping` is
    /// for closing it.
    package static let storeMayAnswer: Duration = .seconds(20)

    /// The same for the outcome of an attempt that ended later than that.
    static let lateRecordMayTake: Duration = .seconds(1)

    /// How long the closing of the store may take. What it would write into the one file lies in the log beside it.
    package static let storeMayClose: Duration = .seconds(2)

    /// How long SQLite waits for a lock at once, in whole seconds; then it is asked again.
    package static let lockPatience = 2

    /// How long a start waits for the write lock of the store, in all: less than systemd waits for the daemon to be ready.
    package static let lockedAtStart: Duration = .seconds(75)

    /// Between two questions of a start to a store that refuses at once.
    package static let storeAskedAgain: Duration = .milliseconds(500)

    /// Times in a row that a verb may find the store damaged without which nothing goes on.
    static let damageUntilHopeless = 3

    /// Between two looks at whether the store is still the file that was opened, where no verb looks.
    package static let storeLookedAt: Duration = .seconds(10)

    /// What SQLite's write-ahead log is cut to when it has been written back.
    package static let journalBytesKept = 16 * 1024 * 1024

    /// Records of an older version that are asked whether they are known by the field of the configuration: one alone may
    /// be odd.
    package static let recordsAskedForTheirField = 20

    /// Delivered events removed in one transaction.
    package static let prunedAtOnce = 500

    /// Events of the log looked at in one transaction, to be put into the queue again.
    package static let replayedAtOnce = 500

    /// Deliveries of a queue given up in one transaction: each lets the next of its record go, and may fold into it.
    package static let givenUpAtOnce = 500

    /// Deliveries read at once where all of an endpoint are put into another order.
    package static let reorderedAtOnce = 5_000

    /// Free pages of the file given back in one transaction.
    package static let pagesGivenBackAtOnce = 1_000

    /// Rows of ended sweeps removed in one transaction; they are much smaller.
    package static let sweptRecordsPrunedAtOnce = 5_000
}
