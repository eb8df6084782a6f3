// An account of a life: its instance, and what is known of what the daemon did there.

import ChangeFeed
import ChangeOracle
import SimulatedWorld

final class LifeAccount {
    /// Its place among the accounts.
    let index: Int
    let scenario: AccountScenario
    var world: SimulatedInstance
    var watch = Watch()
    /// The records of all committed pages.
    var seen: [ResourceName: Set<RecordID>] = [:]
    /// When the last page with a record was committed.
    var sightings: [String: Instant] = [:]
    /// Records that were asked for by their ids when they were seen last.
    var readByID: Set<String> = []
    /// Fields whose change alone was no event at some time.
    var everIgnored: Set<String> = []
    /// Records of each commit that were told for nothing but a change of the layout, by resource.
    var relaid: [Instant: [ResourceName: Int]] = [:]
    /// Of each resource, up to which stamps polls had read by the last commit, as far as the daemon knows.
    var readUpTo: [ResourceName: Instant] = [:]
    var hasReleasedChanges = false
    /// From when on changes were news, of what was polled so far.
    var thresholds: [ResourceName: NewsThreshold] = [:]
    /// The last answer to each resource, and when it came.
    var answers: [ResourceName: (APIResult, Instant)] = [:]
    /// When the last complete poll of each resource began.
    var polledAt: [ResourceName: Instant] = [:]
    var lastClockJump: Instant
    /// When each event of its log was committed, by its sequence.
    var log: [Instant] = []

    init(_ scenario: AccountScenario, at index: Int, beginning: Instant) {
        self.index = index
        self.scenario = scenario
        world = scenario.world(startingAt: beginning)
        lastClockJump = beginning
    }

    var name: String { scenario.name }

    func saw(_ record: String, byID: Bool, at moment: Instant) {
        sightings[record] = moment
        if byID { readByID.insert(record) } else { readByID.remove(record) }
    }

    func missing() -> [String] {
        watch.missing(
            in: world, polled: scenario.polled, lookout: scenario.lookout, ignored: Array(everIgnored).sorted(),
            hasSeen: { seen[$0.resource]?.contains(RecordID(String($1))) ?? false },
            newsThreshold: { thresholds[$0.resource] }
        ).map { "\(name): \($0)" }
    }
}
