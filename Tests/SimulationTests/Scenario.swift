// What one seed decides: which of the unknowns of the service hold, what goes wrong and how often, and the settings.

import ChangeFeed
import DaemonConfiguration
import SimulatedWorld

/// Everything that a simulated life depends on.
struct Scenario: Sendable, CustomStringConvertible {
    let seed: UInt64
    var quirks = Quirks()
    var faults = Faults.none
    var start = PollStart.now
    var pageSize = 500
    var overlap: Duration = .minutes(5)
    var requestsPerSecond = 5.0
    var refreshMinutes = 2
    /// How far the daemon's own clock is from the true time.
    var skew: Duration = .zero
    /// How far the machine's wall clock has been set since the daemon began; what it waits by goes on evenly.
    var wallStep: Duration = .zero
    /// How often the daemon dies, as a share of the moments at which it could.
    var deaths = 0.0
    /// The share of pages, and of requests to be counted, that the store cannot write.
    var fullDisk = 0.0
    /// The share of POSTs that do not get their 2xx.
    var refusals = 0.0
    /// Whether the server's clock is set back and forth.
    var clockJumps = false

    var description: String {
        "seed \(seed): \(start), pages of \(pageSize), \(requestsPerSecond)/s, \(quirks.comparison), "
            + "\(quirks.searchOrder), late \(quirks.lateVisibility.share), deaths \(deaths), refusals \(refusals), "
            + "overlap \(overlap), every \(refreshMinutes) min, skew \(skew), wall \(wallStep), \(clockJumps ? "clock jumps" : "steady clock"), \(faults.rates.isEmpty ? "no faults" : "faults")"
    }

    /// A life with everything that can be drawn.
    init(seed: UInt64) {
        self.seed = seed
        var random = SeededGenerator(seed: seed, purpose: 20)
        quirks.comparison = random.element(of: Quirks.Comparison.allCases)
        quirks.stampPrecision = random.element(of: Quirks.StampPrecision.allCases)
        quirks.display.stamps = random.element(of: Display.Rounding.allCases)
        quirks.display.escapesNonASCII = random.chance(0.2)
        quirks.searchOrder = random.element(of: [.ascendingID, .ascendingID, .byStamp, .scrambled])
        quirks.sendsDate = !random.chance(0.1)
        quirks.limits.dayReset = random.element(of: RequestLimits.DayReset.allCases)
        quirks.limits.sendsRetryAfter = random.chance(0.5)
        quirks.limits.countsRefusals = random.chance(0.5)
        if random.chance(0.5) {
            quirks.lateVisibility = .init(share: 0.3, atMost: .minutes(4))
        } else if random.chance(0.5) {
            // Nothing is late, so that a poll has to read back no further than its own pages take.
            overlap = .seconds(20)
        }
        refreshMinutes = random.element(of: [2, 7])
        wallStep = .seconds(random.element(of: [0, 3600, -1800]))
        start = random.element(of: [.now, .now, .beginning, .at(SimulatedLife.beginning - .days(200))])
        pageSize = random.element(of: [7, 20, 500])
        requestsPerSecond = random.element(of: [2, 5, 10])
        if random.chance(0.7) { faults = .mixed(0.25, slowness: .seconds(random.within(1...150))) }
        if random.chance(0.7) { deaths = 0.01 }
        if random.chance(0.7) { refusals = 0.2 }
        if random.chance(0.5) { fullDisk = 0.05 }
        // Without a Date there is only the daemon's own clock to go by, which then has to be right.
        if quirks.sendsDate {
            skew = .seconds(random.element(of: [0, 0, -5400, 7200]))
            // A clock set forward while a change waits to be seen hides that change from every poll: its stamp is then
            // further back than any overlap reaches.
            clockJumps = quirks.lateVisibility == .none && random.chance(0.5)
        }
    }

    /// All six objects of the simulated instance, the custom one by configuration alone.
    func resources() throws -> [ResourcePlan] {
        let block = #"{"pageSize": \#(pageSize)}"#
        let fruit = """
            {"url": "/Fruit__c/Search?updated_after_utc=${gmtDate:yyyy-MM-dd HH:mm:ss}", "idField": "RECORD_ID",
             "datesConfiguration": {"updatedDateField": "DATE_UPDATED_UTC", "createdDateField": "DATE_CREATED_UTC"},
             "pageSize": \(pageSize)}
            """
        let text = """
            {"event.poller.refresh_interval": \(refreshMinutes), "event.poller.configuration": {
               "contacts": \(block), "organisations": \(block), "leads": \(block), "opportunities": \(block),
               "projects": \(block), "Fruit__c": \(fruit)}}
            """
        let none = SecretSources(environment: { _ in nil }, file: { _ in [] }, credential: { _ in nil })
        return try DaemonSettings.read(Array(text.utf8), secrets: none).outcome.get().polling.resources
    }
}
