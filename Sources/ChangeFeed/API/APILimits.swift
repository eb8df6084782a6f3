// The limits of asking the API, each with its reason.

extension Limits {
    /// While this process or machine lacks what a connection takes. Trying again is cheap, and asks nobody.
    static let shortageBackoff = Backoff(first: .seconds(1), longest: .seconds(30))

    /// How old or new a signature may be for its receiver, by Standard Webhooks.
    package static let signaturesHold: Duration = .minutes(5)

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

    /// Between two polls of a resource whose interval is chosen, at least.
    package static let shortestInterval: Duration = .seconds(1)

    /// Between two polls of a resource whose interval is chosen, at most, where the budget allows that.
    package static let longestInterval: Duration = .hours(12)

    /// Between two polls of a resource whose interval is chosen, before anything is known of it or of the quota.
    package static let firstInterval: Duration = .minutes(5)

    /// Hints of one resource that come so soon after the first are one poll: whoever edits a record saves it more than once,
    /// and an import tells of each record by itself.
    package static let hintsGather: Duration = .seconds(1)

    /// Between two polls of a resource that an operator wants, a script that asks in a loop included: they are counted as polls
    /// are, and must not use up the day.
    package static let wantedPollSpacing: Duration = .seconds(5)

    /// Between two hinted polls of a resource, for each request that one takes, while nothing is known of the quota: however
    /// many hints there are, they may not use up what nobody has counted.
    static let hintsWithoutQuota: Duration = .minutes(1)

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

    /// Times a list is read again from its start within one reading because its pages did not connect.
    package static let readingsFromTheStart = 3

    /// Records asked for at least after a page that took too long; fewer only where a page was too large.
    package static let leastAfterTimeout = 50

    /// Good pages in a row after which more records are asked for again.
    package static let pagesBeforeGrowing = 4

    /// Known records that are looked through for whether pages tell a member at all.
    package static let recordsAskedForAMember = 200

    /// How far the server's clock must be behind what the last poll's tells of it to count as set back.
    package static let clockTolerance: Duration = .seconds(10)

    /// What a server's clock may show: 2010 to 2099. A `Date` outside of it is no clock's but what software writes where no
    /// time was set: the year 1, 1970, 9999. One inside of it may be wrong, and is followed where it is the earlier one,
    /// for that costs longer answers and no change.
    package static let serverClocks =
        Instant(secondsSince1970: 1_262_304_000)..<Instant(secondsSince1970: 4_102_444_800)

    /// Answers in a row whose clock agrees with ours, after which a disagreement counts as ended.
    static let answersUntilClocksAgree = 10

    /// How long polls wait while the API is there and does not say which instance it is, where the store knows of one.
    /// Outages are mostly shorter, and lose no change; an API that answers all but this one path is polled in the end.
    package static let instanceHolds: Duration = .hours(1)

    /// After an answer that did not say which instance this is.
    package static let instanceBackoff = Backoff(first: .minutes(10), longest: .hours(24))
}
