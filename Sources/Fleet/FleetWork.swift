// What passes between the machine of the fleet and whoever runs it.

import ChangeFeed

/// What a look at the store shows.
package struct FleetSight: Sendable, Equatable {
    /// A daemon that lives by the store's clock.
    package struct Peer: Sendable, Equatable {
        package let id: DaemonID
        /// How many accounts it may lead; 0 of one that is about to end.
        package let planned: Int
        /// How many leases are its own.
        package let led: Int

        package init(id: DaemonID, planned: Int, led: Int) {
            self.id = id
            self.planned = planned
            self.led = led
        }
    }

    /// An account that nobody leads, or whose lease is over.
    package struct Takeable: Sendable, Equatable {
        package let account: String
        /// Whether it has been so for `LeaseTerms.overdue`.
        package let isOverdue: Bool

        package init(account: String, isOverdue: Bool) {
            self.account = account
            self.isOverdue = isOverdue
        }
    }

    /// All that live, in any order, the one that looks included or not.
    package let daemons: [Peer]
    /// As many of those that the one that looks may lead as it asked for, whichever they are.
    package let takeable: [Takeable]

    package init(daemons: [Peer], takeable: [Takeable]) {
        self.daemons = daemons
        self.takeable = takeable
    }
}

extension FleetMachine {
    package enum Input: Sendable {
        /// The time has come that it wanted to be woken at.
        case wake
        /// These are the accounts that this daemon may lead now.
        case plan(Set<String>)
        /// All work for an account has ended that was told to stop, or was lost.
        case ended(String)
        case stored(Answer, question: Int)
        case storeFailed(Failure, question: Int)
        /// Everything is given back from now on.
        case stop
    }

    package enum Failure: Error, Sendable, Equatable {
        /// It was not carried out, and never will be.
        case failed(String)
        /// It may have been carried out, or be carried out yet.
        case unknown(String)

        package var reason: String {
            switch self {
            case .failed(let reason), .unknown(let reason): reason
            }
        }
    }

    package enum Effect: Sendable, Equatable {
        /// Nothing may begin at this moment or later, for any account, until another such moment is named.
        ///
        /// Whoever begins something compares it with the steady clock at that very moment, for a process that was
        /// stopped wakes up anywhere.
        case beginUntil(Instant)
        /// The work for an account starts, under this lease.
        case lead(Lease)
        /// Nothing is begun for the account until it goes on; what it knows may be kept.
        case rest(String)
        /// It is still led under the same epoch.
        case goOn(String)
        /// Nothing more is begun, and what is under way comes to its end; `ended` is waited for.
        case stop(String)
        /// The same for an account that is another's by now, so that nothing can be written for it any more.
        case lose(String)
        case store(Verb, question: Int)
        case tell(News)
    }

    /// What is asked of the store, each in one transaction; `holder` is the daemon that asks.
    ///
    /// Leases of one holder expire together, with the daemon's own row, which is all that a renewal writes. So a look
    /// finds what is takeable by the holders that are gone, of which there are few, and by rows without a holder:
    /// through an index on the holder, which no renewal touches.
    package enum Verb: Sendable, Equatable {
        /// Makes a row, free and without an epoch, for each account that has none, and notes that the holder may lead
        /// these and no others.
        case enroll(Set<String>)
        /// Nothing, but that the store answers.
        case knock
        /// Sets the holder's own row, and so all leases of which it is the holder, expired ones too, to a whole lease
        /// from now.
        case renew(planned: Int)
        /// - Parameter limit: of accounts that are takeable.
        case look(limit: Int)
        /// Makes the holder the holder of each account whose lease is over or nobody's, and counts its epoch up; of
        /// none where the holder's own leases are over.
        case take([String])
        /// Ends the connections of a daemon whose transactions stand in the way.
        case endBackends(of: DaemonID)
        /// Makes nobody the holder of each account that is the holder's under just that epoch.
        case giveBack([Lease])
        /// The same for all that is the holder's, and takes the holder's own row away.
        case leave
    }

    package enum Answer: Sendable, Equatable {
        case done
        /// All leases of the holder, in any order.
        case renewed([Lease])
        case seen(FleetSight)
        /// What was won of what was asked for, and what could not be, because a transaction of its last holder goes on; by
        /// account, whose lease it was that was over. What was nobody's is not among them.
        case taken([Lease], blocked: [Blocked], from: [String: DaemonID] = [:])
    }

    package struct Blocked: Sendable, Equatable {
        package let account: String
        package let holder: DaemonID

        package init(account: String, by holder: DaemonID) {
            self.account = account
            self.holder = holder
        }
    }

    /// What people may want to know.
    package enum News: Sendable, Equatable {
        /// The first failure in a row.
        case storeFailed(String)
        /// Everything rests, since no renewal came back.
        case rests(accounts: Int)
        case goesOn(accounts: Int)
        /// What was led is led by others, or was meanwhile.
        case lost([String])
        /// These are led from now on.
        ///
        /// - from: whose lease was over; nil: they were nobody's, or this daemon's own, or it is not known whose, since the
        ///   answer to their take-over did not come.
        case took([String], from: DaemonID?)
        /// These are given back to make shares even.
        case gives([String])
    }
}
