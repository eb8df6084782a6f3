// The draw of an account: each a small world with its own unknowns, faults and settings.

import ChangeFeed
import ChangeOracle
import SimulatedWorld

extension AccountScenario {
    private static let manyRecords = 14

    /// - Parameter purpose: of a stream of its own.
    static func drawn(name: String, from seed: UInt64, purpose: UInt64) -> AccountScenario {
        var random = SeededGenerator(seed: seed, purpose: purpose)
        var account = AccountScenario(name: name, seed: random.next())
        account.drawSettings(&random)
        account.drawWorld(&random)
        account.drawService(&random)
        account.drawPresence(&random)
        account.drawShapes(&random)
        account.drawClocks(&random)
        if random.chance(0.7) { account.faults = .mixed(0.25, slowness: .seconds(random.within(1...150))) }
        return account
    }

    /// Few records and few objects, so that a page is little work and much happens to each of them.
    private mutating func drawWorld(_ random: inout SeededGenerator) {
        polled = Array(random.shuffled(SimulatedObject.allCases).prefix(random.within(1...3)))
        // Now and then so many that a large part of them can vanish at once.
        let most = random.chance(0.1) ? 60 : Self.manyRecords
        func count() -> Int { random.within(0...most) }
        var counts = Dictionary(uniqueKeysWithValues: SimulatedObject.allCases.map { ($0, 0) })
        for object in polled { counts[object] = count() }
        population = Population(
            contacts: counts[.contacts] ?? 0, organisations: counts[.organisations] ?? 0, leads: counts[.leads] ?? 0,
            opportunities: counts[.opportunities] ?? 0, projects: counts[.projects] ?? 0, fruit: counts[.fruit] ?? 0)
        editMix.weights[.convert] = 4
    }

    /// What vanishes and comes back, and how the daemon looks for it.
    private mutating func drawPresence(_ random: inout SeededGenerator) {
        idPageSize = random.element(of: [8, 20, 500])
        sweepInterval = random.element(of: [nil, .minutes(20), .minutes(45), .hours(24)])
        guard lookout != .polls else { return }
        editMix.weights[.delete] = 8
        editMix.weights[.restore] = 5
        guard lookout == .counts else {
            editMix.weights[.hide] = 3
            editMix.weights[.reveal] = 3
            return
        }
        // What comes back unseen makes up for what goes in every count: only a sweep can tell.
        quirks.restoreMovesStamp = true
        quirks.listsConvertedLeads = true
    }

    private mutating func drawSettings(_ random: inout SeededGenerator) {
        start = random.element(of: [.now, .now, .beginning, .at(SimulatedLife.beginning - .days(200))])
        pageSize = random.element(of: [2, 3, 7, 20, 500])
        requestsPerSecond = random.element(of: [2, 5, 10])
        refreshMinutes = random.element(of: [1, 2, 4])
        longestRest = .seconds(random.element(of: [30, 60, 90]))
        meddling = random.element(of: [0, 0.2, 0.5])
        isAuto = random.chance(0.3)
    }

    /// What of a record is shown where.
    private mutating func drawShapes(_ random: inout SeededGenerator) {
        if random.chance(0.5) { quirks.display.onlyByID = random.element(of: [.absent, .null, .empty]) }
        if random.chance(0.4) { layoutValue = random.element(of: [.null, false, false]) }
    }

    private mutating func drawService(_ random: inout SeededGenerator) {
        quirks.comparison = random.element(of: Quirks.Comparison.allCases)
        quirks.stampPrecision = random.element(of: Quirks.StampPrecision.allCases)
        quirks.display.stamps = random.element(of: Display.Rounding.allCases)
        quirks.display.escapesNonASCII = random.chance(0.2)
        let orders: [Quirks.ListOrder] = [.ascendingID, .ascendingID, .byStamp, .scrambled]
        quirks.searchOrder = random.element(of: orders)
        quirks.listOrder = random.element(of: [.ascendingID, .ascendingID, .scrambled])
        // Where the order changes from request to request, no paging by offset is safe: only one page holds it all.
        if pageSize == 500, random.chance(0.5) {
            quirks.searchOrder = .shuffled
            quirks.listOrder = .shuffled
        }
        // What such a life buys is a poll a minute or so, and even the quietest resource has several in a time of peace.
        if isAuto { quirks.limits.perDay = 10_000 }
        quirks.restoreMovesStamp = random.chance(0.7)
        quirks.activityMovesStamp = random.chance(0.7)
        if random.chance(0.3) {
            quirks.stampingCollections = Set(SubCollection.allCases.filter { _ in random.chance(0.5) })
        }
        quirks.listsConvertedLeads = random.chance(0.7)
        quirks.limits.dayReset = random.element(of: RequestLimits.DayReset.allCases)
        quirks.limits.sendsRetryAfter = random.chance(0.5)
        quirks.limits.countsRefusals = random.chance(0.5)
        if random.chance(0.4) {
            quirks.lateVisibility = .init(share: 0.3, atMost: .minutes(4))
        } else if random.chance(0.7) {
            // Nothing is late, so that nothing has to be read twice.
            overlap = .seconds(random.element(of: [0, 0, 20]))
        }
    }

    /// Takes over what the instance of another account is like and how it is read, but not how fast.
    mutating func becomeTwin(of other: AccountScenario) {
        let own = self
        self = AccountScenario(name: own.name, seed: other.seed)
        (polled, population, quirks, editMix, start) = (
            other.polled, other.population, other.quirks, other.editMix, other.start
        )
        (pageSize, idPageSize, overlap, isAuto) = (other.pageSize, other.idPageSize, other.overlap, other.isAuto)
        (layoutValue, clockJumps, sweepInterval) = (other.layoutValue, other.clockJumps, other.sweepInterval)
        (requestsPerSecond, refreshMinutes) = (own.requestsPerSecond, own.refreshMinutes)
        (longestRest, meddling, faults) = (own.longestRest, own.meddling, own.faults)
    }

    private mutating func drawClocks(_ random: inout SeededGenerator) {
        quirks.sendsDate = !random.chance(0.1)
        // A clock set forward while a change waits to be seen hides that change from every poll: its stamp is then
        // further back than any overlap reaches.
        // A clock set back by no more than a poll reads back anyway is not noticed, and need not be.
        clockJumps = quirks.sendsDate && quirks.lateVisibility == .none && overlap > .zero && random.chance(0.4)
    }

    /// Of a machine whose clock is right, or nearly: else a `Date` that is wrong as well leaves nothing to go by.
    mutating func drawDisagreement(_ random: inout SeededGenerator) {
        guard quirks.sendsDate, !clockJumps else { return }
        if random.chance(0.4) {
            quirks.dateAhead = .seconds(random.element(of: [-7_200, -900, 20, 400, 1_200, 7_200]))
        }
        if random.chance(0.4) { faults.rates[.wrongDate] = 0.03 }
    }
}
