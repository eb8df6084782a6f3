// The limits of looking for what vanished, each with its reason.

extension Limits {
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

    /// After a sample of a mass absence that was not confirmed.
    package static let sampleAgain: Duration = .hours(1)

    /// Unknown records, and hidden or unlisted ones, that wait to be asked for by their ids at once. The rest is met again
    /// by the next sweep.
    package static let lookupsAtOnce = 200

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
}
