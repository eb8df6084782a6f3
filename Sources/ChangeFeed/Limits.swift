// Every limit of the pure core, each with its reason.

package enum Limits {
    /// Requests to the API in flight at once. Others found 429s coming from concurrency as well as from rate, and none
    /// at four.
    package static let requestsInFlight = 4

    /// How much later than its predecessor's a request may arrive without two seconds' worth meeting in one.
    package static let arrivalMargin: Duration = .milliseconds(250)

    /// A request that has not arrived so long after it left, or after its process died, does not arrive any more.
    package static let requestsMayArriveWithin: Duration = .minutes(2)

    /// What a process that was killed had sent, the system still delivers for so long.
    package static let orphansArriveWithin: Duration = .seconds(3)

    /// The largest count that is believed of a header. An unlimited quota is announced as the largest integer there is,
    /// with which nobody can calculate.
    package static let largestCount = 1_000_000_000

    /// Records in one page: the API serves 500 whatever is asked for.
    package static let pageSize = 500

    /// Between two polls of a resource whose interval is chosen, at least.
    package static let shortestInterval: Duration = .seconds(1)

    /// Between two polls of a resource whose interval is chosen, at most, where the budget allows that.
    package static let longestInterval: Duration = .hours(12)

    /// Between two polls of a resource whose interval is chosen, before anything is known of it or of the quota.
    package static let firstInterval: Duration = .minutes(5)

    /// Intervals are chosen anew after each poll, and at least so often.
    package static let scheduleHolds: Duration = .minutes(1)

    /// What polls have taught is written to the store at most so often.
    package static let paceKept: Duration = .minutes(1)

    /// The part of the day's share that may be spent at once: a twentieth.
    package static let sharesAtOnce = 20

    /// Pages of one poll after which it leaves room for the polls of others.
    static let pagesBeforeYielding = 10

    /// After a 429 that does not say how long to stay away.
    package static let throttleBackoff = Backoff(first: .seconds(2), longest: .minutes(15))

    /// A 429 that asks for so long a wait is about the day, not about the second.
    package static let longWait: Duration = .minutes(10)

    /// However long the API asks to be left alone: a wait that is longer may be a slip, and costs one request an hour.
    package static let longestPause: Duration = .hours(1)

    /// 5xx answers in a row that may still be the trouble of one resource.
    package static let errorsOfOneResource = 3

    /// After an answer that will not change by asking again: a wrong key, a resource the key may not read.
    package static let refusalBackoff = Backoff(first: .minutes(5), longest: .hours(1))

    /// After an answer that may well be right the next time: 5xx, a reset, a page broken off.
    package static let failureBackoff = Backoff(first: .seconds(1), longest: .minutes(5))

    /// While this process or machine lacks what a connection takes. Trying again is cheap, and asks nobody.
    static let shortageBackoff = Backoff(first: .seconds(1), longest: .seconds(30))

    /// How long nothing must have been lacking before a shortage counts as over: what goes to and fro is one.
    static let shortageIsOver: Duration = .minutes(1)

    /// Times a list is read again from its start within one reading because its pages did not connect.
    package static let readingsFromTheStart = 3

    /// Records asked for at least after a page that took too long; fewer only where a page was too large.
    package static let leastAfterTimeout = 50

    /// Good pages in a row after which more records are asked for again.
    package static let pagesBeforeGrowing = 4

    /// Between two counts of one resource, at least: very frequent polls leave room for others.
    package static let countSpacing: Duration = .seconds(2)

    /// Records in a page of a search at least: so many that are not in the order of ids do not look so by chance.
    package static let leastSearched = 8

    /// Records that the page of a search may lack beyond what the count said: others may be deleted meanwhile.
    package static let missingWhileSearching = 20

    /// Suspects asked for before the store is asked for more; and those of a sample.
    package static let suspectsAtOnce = 20

    /// More suspects than this, and more than a twentieth of a resource, are a mass absence.
    package static let massAbsence = 20

    /// Known records that are looked through for whether pages tell a member at all.
    package static let recordsAskedForAMember = 200

    /// More records than this, and more than a twentieth of a resource, that change in the same path without a stamp are
    /// no edits of theirs.
    package static let massChange = 20

    /// Changes without a stamp, or suspects, for which a decision is carried out in one transaction: each row is rewritten
    /// with its content, a million of them in half a minute.
    package static let decidedAtOnce = 2_000

    /// Changes without a stamp told, or learned, in one transaction.
    package static let unstampedSettledAtOnce = 500

    /// After a sample of a mass absence that was not confirmed.
    package static let sampleAgain: Duration = .hours(1)

    /// Unknown records, and hidden or unlisted ones, that wait to be asked for by their ids at once. The rest is met again
    /// by the next sweep.
    package static let lookupsAtOnce = 200

    /// Records missing from lists and found by their ids that are remembered at once.
    package static let foundRemembered = 10_000

    /// Failures of one record after which others are asked for instead.
    package static let lookupsBeforeReplaced = 3

    /// Sweeps that find nothing of a difference before the API's count is taken for one of something else.
    package static let sweepsBeforeBias = 2

    /// How long a record waits that the API could not answer for.
    package static let lookupRest = Backoff(first: .minutes(1), longest: .hours(24))

    /// How long an unknown record of a list is left alone that a GET did not show.
    package static let refusedStrangersRest: Duration = .hours(6)

    /// How long it is believed that a GET finds what a list shows.
    package static let controlHolds: Duration = .minutes(10)

    /// Where there is seldom room for a request, so many lookups after it are believed all the same, for so long.
    static let looksOfAControl = 3
    static let controlCovers: Duration = .hours(6)

    /// Listed records in a row that a GET does not find: one or two may have been deleted meanwhile.
    package static let controlsBeforeDoubt = 3

    /// Failures in a row after which a search is given up, a count left out, a missing header believed.
    package static let errandsBeforeGivenUp = 3

    /// Between searches for a difference that none of them explains.
    package static let searchBackoff = Backoff(first: .minutes(1), longest: .hours(1))

    /// Between sweeps for such a difference, at first.
    package static let urgentSweepRest: Duration = .minutes(30)

    /// Between two pages of a sweep, at most, so that a short list is not spread over hours.
    package static let sweepSpacing: Duration = .seconds(60)

    /// How far the server's clock must be behind what the last poll's tells of it to count as set back.
    package static let clockTolerance: Duration = .seconds(10)

    /// How old or new a signature may be for its receiver, by Standard Webhooks.
    package static let signaturesHold: Duration = .minutes(5)

    /// Answers in a row whose clock agrees with ours, after which a disagreement counts as ended.
    static let answersUntilClocksAgree = 10

    /// Taken off every time asked for: stamps are cut to whole seconds, and "after" may mean "strictly after".
    package static let stampMargin: Duration = .seconds(1)

    /// The longest time an endpoint is held because its receiver asked for it.
    package static let longestHold: Duration = .hours(24)

    /// How long it is believed that a receiver closes idle connections as early as it was once seen to: a restart closes
    /// all of them, and trying again costs one connection.
    static let idleLimitHolds: Duration = .minutes(10)

    /// A receiver that ends connections sooner keeps none.
    static let shortestIdleLimit: Duration = .milliseconds(100)

    /// Between replays that are not accepted.
    static let replayBackoff = Backoff(first: .seconds(2), longest: .minutes(15))

    /// Events that fail, with none taken since, before that is the receiver's fault.
    static let failuresUntilOpen = 5

    /// How long they must have been failing: many receivers restart in less.
    static let failingUntilOpen: Duration = .seconds(5)

    /// Until that is certain, between two attempts: as long as it has lasted so far, within these bounds.
    static let shortestDoubt: Duration = .milliseconds(200)
    static let longestDoubt: Duration = .seconds(2)

    /// After an event was taken, others that fail again are no news for so long.
    static let lifeSpeaksFor: Duration = .minutes(1)

    /// How long an open circuit waits after so many probes: they come 1, 2, 5, 15 and 45 seconds after it opened, and
    /// then after twice as long each time.
    package static func wait(afterProbes probes: Int) -> Duration {
        let first: [Duration] = [.seconds(1), .seconds(1), .seconds(3), .seconds(10), .seconds(30)]
        if first.indices.contains(probes) { return first[probes] }
        let doublings = max(0, probes - first.count + 1)
        return doublings < 5 ? .seconds(30 << doublings) : longestProbe
    }

    /// The longest that an open circuit waits for a probe.
    private static let longestProbe: Duration = .minutes(15)

    /// How long an overloaded receiver is left alone at least.
    static let overloadRest: Duration = .seconds(60)

    /// An endpoint is disabled after as many attempts of only failure, over as long a time.
    static let failuresUntilDisabled = 100
    static let failingUntilDisabled: Duration = .days(5)

    /// Attempts for events of a record that newer ones took the place of, up to which those have all of theirs.
    package static let attemptsForgiven = 12

    /// Part of an answer kept for people.
    package static let answerBytesKept = 16_384

    /// Arrays and objects open at once in a JSON text. An Insightly page has five (page, record, collection, member,
    /// value); reading recurses once a level, and this many frames fit easily into the 512 KiB stack of a worker thread.
    package static let jsonNesting = 128

    /// Bytes of one JSON text, and so of one page. A full page of the largest records seen, 500 organisations of 100 KB,
    /// is 50 MB; whoever sends more is not answering what was asked.
    package static let jsonBytes = 64 * 1024 * 1024

    /// Records of one page: a hundred times what is asked for, so that an API which ignores that is still read.
    package static let recordsOfAPage = 100 * pageSize

    /// Values, names not counted, in one record. One of 100 KB has some thousand; reading a collection takes many times
    /// the bytes of its tiniest members.
    package static let valuesOfARecord = 250_000

    /// Log lines that wait for whoever reads them: some minutes of a busy daemon.
    package static let logBytesWaiting = 1024 * 1024

    /// At the end: how long the log lines that wait may take.
    package static let logMayFinish: Duration = .seconds(2)

    /// Files and sockets that the process asks the system for; ten times what a hundred endpoints need.
    package static let descriptors = 16_384

    /// What a daemon has open that does nothing: the store, timers, event loops, signals; measured 40.
    package static let descriptorsAtRest = 64

    /// Connections to the admin server at once: monitoring needs two or three.
    package static let adminConnections = 32
    package static let fewestAdminConnections = 2

    /// How long a client of the admin server may take to send its request, and again to take its answer.
    package static let adminPatience: Duration = .seconds(10)

    /// How long the admin server waits for the state store: monitoring gives up after 10 s.
    package static let metricsMayWait: Duration = .seconds(3)

    /// After a stop was asked for: how long requests in flight may take to come back, and their pages to be committed.
    package static let pollingMayFinish: Duration = .seconds(5)

    /// After a stop was asked for: when whatever is still in flight is given up. An attempt may take its whole timeout.
    package static let stopping: Duration = .seconds(25)

    /// After a stop was asked for: how long a loop waits for a store that does not answer. What is left of `stopping` is
    /// for closing it.
    package static let storeMayAnswer: Duration = .seconds(20)

    /// How long the closing of the store may take. What it would write into the one file lies in the log beside it.
    package static let storeMayClose: Duration = .seconds(2)

    /// How long SQLite waits for a lock at once, in whole seconds; then it is asked again.
    package static let lockPatience = 2

    /// How long a start waits for the write lock of the store, in all: less than systemd waits for the daemon to be ready.
    package static let lockedAtStart: Duration = .seconds(75)

    /// Times in a row that a verb may find the store damaged without which nothing goes on.
    static let damageUntilHopeless = 3

    /// How long polls wait while the API is there and does not say which instance it is, where the store knows of one.
    /// Outages are mostly shorter, and lose no change; an API that answers all but this one path is polled in the end.
    package static let instanceHolds: Duration = .hours(1)

    /// After an answer that did not say which instance this is.
    package static let instanceBackoff = Backoff(first: .minutes(10), longest: .hours(24))

    /// Between two looks at whether the store is still the file that was opened, where no verb looks.
    package static let storeLookedAt: Duration = .seconds(10)

    /// What SQLite's write-ahead log is cut to when it has been written back.
    package static let journalBytesKept = 16 * 1024 * 1024

    /// Delivered events removed in one transaction.
    package static let prunedAtOnce = 500

    /// Events of the log looked at in one transaction, to be put into the queue again.
    package static let replayedAtOnce = 500

    /// Deliveries read at once where all of an endpoint are put into another order.
    package static let reorderedAtOnce = 5_000

    /// Free pages of the file given back in one transaction.
    package static let pagesGivenBackAtOnce = 1_000

    /// Rows of ended sweeps removed in one transaction; they are much smaller.
    package static let sweptRecordsPrunedAtOnce = 5_000
}
