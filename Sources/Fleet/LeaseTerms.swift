// How long a lease lasts, and all the times that follow from it.

import ChangeFeed

/// The times by which a daemon leads accounts. Everything is a part of the lease, so that one number is configured.
package struct LeaseTerms: Sendable, Equatable {
    /// How long an account is led without a sign of life, by the store's clock.
    package let lease: Duration

    package static let standard = LeaseTerms(lease: .seconds(15))

    package init(lease: Duration) {
        precondition(lease >= .seconds(1), "a lease of \(lease) is over before anybody can renew it")
        self.lease = lease
    }

    /// So much earlier than the store a daemon counts its lease as over: for what is held up between the look at the
    /// clock and the wire, and for clocks that do not go equally fast.
    package var margin: Duration { lease / 10 }

    /// From one sign of life to the next: two may fail.
    package var renewal: Duration { lease / 3 }

    /// How long an answer is waited for. What comes later is not heard any more: it may be about a state long past.
    package var patience: Duration { lease / 3 }

    /// From one look to the next of a daemon that has what is even.
    package var calmPause: Duration { lease / 3 }

    /// The same of one that has less: what others give back is led by nobody meanwhile.
    package var hungryPause: Duration { lease / 15 }

    /// From what was taken to the look for more.
    package var pauseAfterTaking: Duration { lease / 60 }

    /// An account that was taken is not given back for so long, unless it has to be: what moves at once moves back as
    /// easily.
    package var settling: Duration { lease * 2 }

    /// From one giving back to the next, so that many accounts whose work ends one after the other take few requests.
    package var pauseAfterGiving: Duration { lease / 150 }

    /// After this without anybody who is entitled to an account, anybody takes it. The store judges by this.
    package var overdue: Duration { lease / 3 }

    /// After a verb that failed.
    package var backoff: Backoff { Backoff(first: lease / 60, longest: lease / 6) }

    /// How many accounts are looked for and taken at once: an eighth of all, so that the last of twenty daemons takes
    /// over the whole fleet in a few looks, and two that start together still meet.
    package func takenAtOnce(of planned: Int) -> Int { max(16, planned / 8) }

    /// How many accounts are given back at once, of those that are led: so many are led by nobody until somebody looks.
    package func givenAtOnce(of led: Int) -> Int { max(2, led / 50) }

    /// How often in a row a take-over that is blocked is tried, until the next look.
    package static let triesOfTakeOver = 3
}
