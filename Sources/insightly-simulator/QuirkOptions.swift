// The switches for what nobody outside knows of the real service's behaviour.

import SimulatedWorld
import ArgumentParser
import ChangeFeed
import Simulator

struct QuirkOptions: ParsableArguments {
    @Option(help: "Whether updated_after_utc leaves its own moment out: strict or inclusive.")
    var comparison = Quirks.Comparison.strict

    @Option(help: "How finely stamps are stored: milliseconds or seconds.")
    var stamps = Quirks.StampPrecision.milliseconds

    @Option(help: "How stamps are shown: truncated or rounded to the second.")
    var shownStamps = Display.Rounding.truncated

    @Option(help: "The share of changes that become visible late, 0 to 1.")
    var lateShare = 0.0

    @Option(help: "How many seconds late at most.")
    var lateSeconds = 120.0

    @Option(help: "The order of searches: \(Quirks.ListOrder.allValueStrings.joined(separator: ", ")).")
    var searchOrder = Quirks.ListOrder.ascendingID

    @Option(help: "The order of plain lists, one of the same.")
    var listOrder = Quirks.ListOrder.ascendingID

    @Option(help: "Collections under brief=true: \(Quirks.BriefCollections.allValueStrings.joined(separator: ", ")).")
    var brief = Quirks.BriefCollections.absent

    @Option(
        help:
            "Members that only a GET by id shows in full, in lists: \(Display.OnlyByID.allValueStrings.joined(separator: ", ")) (alike: there are none)."
    )
    var onlyById = Display.OnlyByID.alike

    @Option(help: "A collection whose edits do not move the record's stamp, such as TAGS; may be repeated.")
    var unstamped: [SubCollection] = []

    @Flag(help: "Activity dates change without moving the record's stamp.")
    var unstampedActivity = false

    @Flag(help: "A restored record keeps its old stamp.")
    var unstampedRestore = false

    @Flag(help: "Leave converted leads out of lists and searches.")
    var unlistConverted = false

    @Option(help: "An object that is not in the plan and answers 403, such as Projects; may be repeated.")
    var forbid: [SimulatedObject] = []

    @Option(help: "An object that is not in the plan and answers 404; may be repeated.")
    var missing: [SimulatedObject] = []

    @Option(parsing: .unconditional, help: "How many seconds the server's clock is ahead; negative for behind.")
    var clockOffset = 0.0

    @Option(parsing: .unconditional, help: "How many seconds Date is ahead of the clock that stamps records.")
    var dateOffset = 0.0

    @Flag(help: "Answer without a Date header.")
    var noDate = false

    @Flag(help: "Leave VISIBLE_TO and VISIBLE_TEAM_ID out of records.")
    var noVisibility = false

    @Flag(help: "Write everything beyond ASCII as \\u escapes.")
    var escapeUnicode = false

    func validate() throws {
        guard (0...1).contains(lateShare) else { throw ValidationError("--late-share must be from 0 to 1.") }
        guard (0...86_400).contains(lateSeconds) else {
            throw ValidationError("--late-seconds must be from 0 to 86400.")
        }
        guard (-1e9...1e9).contains(clockOffset) else { throw ValidationError("--clock-offset is too far.") }
        guard (-1e9...1e9).contains(dateOffset) else { throw ValidationError("--date-offset is too far.") }
    }

    var quirks: Quirks {
        var quirks = Quirks()
        quirks.comparison = comparison
        quirks.stampPrecision = stamps
        quirks.display.stamps = shownStamps
        quirks.display.showsVisibility = !noVisibility
        quirks.display.escapesNonASCII = escapeUnicode
        quirks.display.onlyByID = onlyById
        quirks.lateVisibility = .init(share: lateShare, atMost: .seconds(1) * lateSeconds)
        quirks.searchOrder = searchOrder
        quirks.listOrder = listOrder
        quirks.briefCollections = brief
        quirks.stampingCollections.subtract(unstamped)
        quirks.activityMovesStamp = !unstampedActivity
        quirks.restoreMovesStamp = !unstampedRestore
        quirks.listsConvertedLeads = !unlistConverted
        for object in missing { quirks.hiddenObjects[object] = 404 }
        for object in forbid { quirks.hiddenObjects[object] = 403 }
        quirks.clockOffset = .seconds(1) * clockOffset
        quirks.dateAhead = .seconds(1) * dateOffset
        quirks.sendsDate = !noDate
        return quirks
    }
}

extension Quirks.Comparison: ExpressibleByArgument {}
extension Quirks.StampPrecision: ExpressibleByArgument {}
extension Quirks.ListOrder: ExpressibleByArgument {}
extension Quirks.BriefCollections: ExpressibleByArgument {}
extension Display.Rounding: ExpressibleByArgument {}
extension Display.OnlyByID: ExpressibleByArgument {}
extension SubCollection: ExpressibleByArgument {}

extension SimulatedObject: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(named: argument)
    }
}
