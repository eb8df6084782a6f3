// What one seed decides of an account: which of the unknowns of the service hold there, what goes wrong, and the settings.

import ChangeFeed
import ChangeOracle
import DaemonConfiguration
import SimulatedWorld

/// An account of a life, with an instance of its own.
struct AccountScenario: Sendable {
    let name: String
    /// Of its world. Two accounts may have worlds that are alike.
    var seed: UInt64
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
    /// Fields whose change alone is no event.
    var ignoredFields: [String] = []
    /// The longest time between two edits.
    var longestRest: Duration = .seconds(40)
    /// The share of requests after which somebody edits what was asked for before the next page can be.
    var meddling = 0.0
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

    init(name: String, seed: UInt64) {
        self.name = name
        self.seed = seed
    }

    /// The settings of the objects that are polled, the custom one by configuration alone.
    func resources() throws -> [ResourcePlan] {
        let blocks = polled.map { object in
            let ignored = ignoredFields.map { "\"\($0)\"" }.joined(separator: ", ")
            let reading = "\"pageSize\": \(pageSize), \"ignoreFields\": [\(ignored)]"
            guard object == .fruit else { return "\"\(object.rawValue)\": {\(reading)}" }
            return """
                "Fruit__c": {"url": "/Fruit__c/Search?updated_after_utc=${gmtDate:yyyy-MM-dd HH:mm:ss}",
                    "idField": "RECORD_ID", \(reading),
                    "datesConfiguration": {
                        "updatedDateField": "DATE_UPDATED_UTC", "createdDateField": "DATE_CREATED_UTC"}}
                """
        }
        let text = """
            {"event.poller.refresh_interval": \(isAuto ? "\"auto\"" : "\(refreshMinutes)"), "event.poller.deletes": \(sweepInterval != nil),
             "event.poller.configuration": {\(blocks.joined(separator: ", "))}}
            """
        let none = SecretSources(environment: { _ in nil }, file: { _ in [] }, credential: { _ in nil })
        var plans = try DaemonSettings.read(Array(text.utf8), secrets: none).outcome.get().accounts[0].polling.resources
        for index in plans.indices { plans[index].idPageSize = idPageSize }
        return plans
    }

    func plan() throws -> AccountPlan {
        AccountPlan(
            resources: try resources(), start: start, overlap: overlap, sweepInterval: sweepInterval,
            budget: .init(requestsPerSecond: requestsPerSecond, quotaShare: 0.8),
            api: Fingerprint(of: Array(name.utf8)[...]))
    }

    func world(startingAt start: Instant) -> SimulatedInstance {
        SimulatedInstance(
            seed: seed, population: population, quirks: quirks, faults: faults, editMix: editMix, startingAt: start)
    }
}

extension AccountScenario: CustomStringConvertible {
    var description: String {
        let quirks = self.quirks
        return [
            "\(name): polls \(polled.map(\.rawValue).joined(separator: " "))", "start \(start)",
            "pages of \(pageSize) records or \(idPageSize) ids", isAuto ? "auto" : "every \(refreshMinutes) min",
            "overlap \(overlap)", "\(requestsPerSecond)/s", "world \(seed)",
            "meddling \(meddling)", "\(quirks.comparison) comparison",
            "stamps in \(quirks.stampPrecision) shown \(quirks.display.stamps)",
            "search \(quirks.searchOrder.rawValue)", "lists \(quirks.listOrder.rawValue)",
            "late \(quirks.lateVisibility.share) up to \(quirks.lateVisibility.atMost)",
            quirks.sendsDate ? "Date" : "no Date",
            "Date ahead by \(quirks.dateAhead)\(faults.rates[.wrongDate] == nil ? "" : " and at times by a day")",
            clockJumps ? "server clock jumps" : "steady server clock",
            faults.rates.isEmpty ? "no faults" : "faults, slow \(faults.slowness)",
            layoutValue.map { "a layout with \($0.preview)" } ?? "steady layouts",
            "only by id \(quirks.display.onlyByID.rawValue)",
            quirks.listsConvertedLeads ? "lists converted leads" : "hides converted leads",
            "stamps moved by \(quirks.stampingCollections.map(\.rawValue).sorted().joined(separator: " "))",
            sweepInterval.map { "sweeps every \($0)" } ?? "does not look for deletes",
        ].joined(separator: ", ")
    }
}
