// What one seed decides: which of the unknowns of the service hold, what goes wrong and how often, and the settings.

import ChangeFeed
import ChangeOracle
import DaemonConfiguration
import SimulatedWorld

/// Everything that a simulated life depends on.
package struct Scenario: Sendable {
    package let seed: UInt64
    var polled = SimulatedObject.allCases
    var population = Population.small
    var quirks = Quirks()
    var faults = Faults.none
    var editMix = EditMix.everything
    var start = PollStart.now
    var pageSize = 500
    /// Ids in a page of a search: fewer than the daemon asks for, so that a small world has several.
    var idPageSize = 500
    var overlap: Duration = .minutes(5)
    var requestsPerSecond = 5.0
    var refreshMinutes = 2
    /// Whether the daemon chooses the intervals itself.
    var isAuto = false
    /// The longest time between two edits.
    var longestRest: Duration = .seconds(40)
    /// The share of requests after which somebody edits what was asked for before the next page can be.
    var meddling = 0.0
    /// How long everything may go wrong.
    var trouble: Duration = .minutes(30)
    /// How far the daemon's own clock is from the true time in its first process.
    var skew: Duration = .zero
    /// Whether that is another with each process: somebody sets the clock, or the machine has none while it is off.
    var setsOwnClock = false
    /// How far the machine's wall clock has been set since the daemon began; what it waits by goes on evenly.
    var wallStep: Duration = .zero
    /// How often the daemon dies, as a share of the moments at which it could.
    var deaths = 0.0
    /// The share of pages, and of requests to be counted, that the store cannot write.
    var fullDisk = 0.0
    /// The share of POSTs that do not get their 2xx.
    var refusals = 0.0
    /// POSTs that may begin in a second; nil: as many as there are places for.
    var deliveriesPerSecond: Double?
    /// In which order events are to be delivered, and whether newer ones take the place of waiting ones.
    var rules = EndpointRules()
    /// Whether somebody asks for events to be sent again, now and then.
    var replays = false
    /// What the receiver makes of one kind of event for as long as there is trouble; it takes all others.
    var dislike: Dislike?
    /// When the receiver takes nothing, since the beginning of the life.
    var outage: Range<Duration>?
    /// What a field that comes onto a layout says in every record; nil: none does.
    var layoutValue: FieldValue?
    static let layoutField = "Layout__c"
    /// Whether the server's clock is set back and forth.
    var clockJumps = false
    /// The longest time between two sweeps; nil: the daemon does not look for records that are missing.
    var sweepInterval: Duration?
    /// What the daemon can find out.
    var lookout: Lookout {
        guard let sweepInterval else { return .polls }
        return sweepInterval < .hours(2) ? .sweeps : .counts
    }

    static let skews: [Duration] = [.zero, .seconds(-5400), .seconds(7200), .seconds(-3)]
    /// From the highest of them to the lowest, and a little more.
    static let longestSetback: Duration = .hours(4)

    init(seed: UInt64) {
        self.seed = seed
    }

    /// The settings of the objects that are polled, the custom one by configuration alone.
    func resources() throws -> [ResourcePlan] {
        let blocks = polled.map { object in
            guard object == .fruit else { return #""\#(object.rawValue)": {"pageSize": \#(pageSize)}"# }
            return """
                "Fruit__c": {"url": "/Fruit__c/Search?updated_after_utc=${gmtDate:yyyy-MM-dd HH:mm:ss}",
                    "idField": "RECORD_ID", "pageSize": \(pageSize),
                    "datesConfiguration": {
                        "updatedDateField": "DATE_UPDATED_UTC", "createdDateField": "DATE_CREATED_UTC"}}
                """
        }
        let text = """
            {"event.poller.refresh_interval": \(isAuto ? "\"auto\"" : "\(refreshMinutes)"), "event.poller.deletes": \(sweepInterval != nil),
             "event.poller.configuration": {\(blocks.joined(separator: ", "))}}
            """
        let none = SecretSources(environment: { _ in nil }, file: { _ in [] }, credential: { _ in nil })
        var plans = try DaemonSettings.read(Array(text.utf8), secrets: none).outcome.get().polling.resources
        for index in plans.indices { plans[index].idPageSize = idPageSize }
        return plans
    }
}

extension Scenario: CustomStringConvertible {
    package var description: String {
        let quirks = self.quirks
        return [
            "seed \(seed)", "polls \(polled.map(\.rawValue).joined(separator: " "))", "start \(start)",
            "pages of \(pageSize) records or \(idPageSize) ids", isAuto ? "auto" : "every \(refreshMinutes) min",
            "overlap \(overlap)",
            "\(requestsPerSecond)/s",
            "meddling \(meddling)", "\(quirks.comparison) comparison",
            "stamps in \(quirks.stampPrecision) shown \(quirks.display.stamps)",
            "search \(quirks.searchOrder.rawValue)", "lists \(quirks.listOrder.rawValue)",
            "late \(quirks.lateVisibility.share) up to \(quirks.lateVisibility.atMost)",
            quirks.sendsDate ? "Date" : "no Date",
            "own clock off by \(skew)\(setsOwnClock ? ", set between lives" : "")",
            "Date ahead by \(quirks.dateAhead)\(faults.rates[.wrongDate] == nil ? "" : " and at times by a day")",
            "wall clock set by \(wallStep)", clockJumps ? "server clock jumps" : "steady server clock",
            "deaths \(deaths)", "full disk \(fullDisk)", "refusals \(refusals)",
            "order \(rules.order.rawValue)\(rules.coalesces ? ", coalescing" : "")\(replays ? ", with replays" : "")",
            dislike.map { "the receiver \($0)" } ?? "a receiver for every event",
            outage.map { "no receiver from \($0.lowerBound) to \($0.upperBound)" } ?? "no outage",
            faults.rates.isEmpty ? "no faults" : "faults, slow \(faults.slowness)",
            layoutValue.map { "a layout with \($0.preview)" } ?? "steady layouts",
            "only by id \(quirks.display.onlyByID.rawValue)",
            quirks.listsConvertedLeads ? "lists converted leads" : "hides converted leads",
            "stamps moved by \(quirks.stampingCollections.map(\.rawValue).sorted().joined(separator: " "))",
            sweepInterval.map { "sweeps every \($0)" } ?? "does not look for deletes",
        ].joined(separator: ", ")
    }
}
