// What nobody outside can know of the service's behaviour for sure, each as a switch; the defaults are the likeliest.

import ChangeFeed

package struct Quirks: Sendable, Equatable {
    package enum Comparison: String, Sendable, CaseIterable {
        /// A record stamped exactly at `updated_after_utc` is left out.
        case strict
        case inclusive
    }

    package enum StampPrecision: String, Sendable, CaseIterable {
        case milliseconds
        case seconds
    }

    /// The order of a list or search.
    package enum ListOrder: String, Sendable, CaseIterable {
        case ascendingID = "ascending-id"
        case byStamp = "by-stamp"
        /// One arbitrary order for all requests.
        case scrambled
        /// Another order in each request, so that pages overlap and gape.
        case shuffled
    }

    /// What becomes of the collections under `brief=true`.
    package enum BriefCollections: String, Sendable, CaseIterable {
        case absent
        case null
        case empty
    }

    /// A part of the changes becomes visible only some time after its stamp.
    package struct LateVisibility: Sendable, Equatable {
        package var share: Double
        package var atMost: Duration

        package init(share: Double, atMost: Duration) {
            self.share = share
            self.atMost = atMost
        }

        package static let none = LateVisibility(share: 0, atMost: .zero)
    }

    package var comparison = Comparison.strict
    /// How finely `DATE_UPDATED_UTC` is stored and compared, whatever is shown.
    package var stampPrecision = StampPrecision.milliseconds
    package var display = Display()
    /// How long before its first stamp a new record says it was created; the real one shows a second or two.
    package var createdAhead: Duration = .seconds(2)
    package var lateVisibility = LateVisibility.none
    package var searchOrder = ListOrder.ascendingID
    /// The order of plain lists.
    package var listOrder = ListOrder.ascendingID
    package var briefCollections = BriefCollections.absent

    /// The collections whose edits move the record's stamp. Nobody knows; all is the kind answer.
    package var stampingCollections = Set(SubCollection.allCases)
    /// Whether `LAST_ACTIVITY_DATE_UTC` and `NEXT_ACTIVITY_DATE_UTC` move the stamp.
    package var activityMovesStamp = true
    package var restoreMovesStamp = true
    package var listsConvertedLeads = true
    /// Plain lists answer 500 for pages that begin at this place or after it, as where one record breaks the service.
    package var listsBreakAt: Int?

    /// What the instance calls itself in addresses.
    package var subdomain = "simulated"
    package var limits = RequestLimits()
    /// Objects outside the plan, and the status that says so: 403 or 404.
    package var hiddenObjects: [SimulatedObject: Int] = [:]
    /// What GET of a record in the recycle bin answers.
    package var recycledStatus = 404
    /// How far the server's clock is ahead of the true time; it may change, and jump.
    package var clockOffset: Duration = .zero
    package var sendsDate = true
    /// How far `Date` is ahead of the clock that stamps records: what answers is seldom what stores.
    package var dateAhead: Duration = .zero

    package init() {}
}
