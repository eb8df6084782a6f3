// How many records the instance has when it begins, and how they came to be.

import ChangeFeed

package struct Population: Sendable, Equatable {
    package var counts: [SimulatedObject: Int]
    /// How many of the organisations weigh 100 KB each.
    package var heavyOrganisations: Int
    /// For how long records have been collected before the beginning.
    package var age: Duration = .days(3 * 365)

    package init(
        contacts: Int = 0, organisations: Int = 0, leads: Int = 0, opportunities: Int = 0, projects: Int = 0,
        fruit: Int = 0, heavyOrganisations: Int = 0
    ) {
        counts = [
            .contacts: contacts, .organisations: organisations, .leads: leads, .opportunities: opportunities,
            .projects: projects, .fruit: fruit,
        ]
        self.heavyOrganisations = heavyOrganisations
    }

    package static let empty = Population()

    /// Enough of everything to meet every kind of value, little enough to be made in milliseconds.
    package static let small = Population(
        contacts: 40, organisations: 20, leads: 20, opportunities: 15, projects: 8, fruit: 6, heavyOrganisations: 1)
}

extension SimulatedInstance {
    /// Organisations come first, because the others refer to them.
    static let foundingOrder: [SimulatedObject] = [
        .organisations, .contacts, .leads, .opportunities, .projects, .fruit,
    ]

    /// Founds the records of the beginning: ids ascend with the time of creation, and half were edited since.
    mutating func populate(_ population: Population, before start: Instant) {
        for object in Self.foundingOrder {
            let count = population.counts[object] ?? 0
            guard count > 0 else { continue }
            let step = population.age.microseconds / Int64(count + 1)
            for index in 0..<count {
                let since = step * Int64(count - index)
                let created = start - .microseconds(since)
                let age = founding.chance(0.5) ? 0 : Double(since) * founding.fraction() * 0.999
                found(object, created: created, stamp: created + .microseconds(Int64(age))) { generator, record, ids in
                    guard object == .organisations, index < population.heavyOrganisations else { return }
                    generator.fatten(&record, nextMemberID: &ids)
                }
            }
        }
    }

    private mutating func found(
        _ object: SimulatedObject, created: Instant, stamp: Instant,
        finish: (inout SeededGenerator, inout RecordContent, inout Int64) -> Void
    ) {
        let id = tables[object].takeID(skipping: founding.within(1...40))
        let ahead = founding.duration(upTo: quirks.createdAhead)
        var record = founding.record(
            of: object, id: id, created: stored(created - ahead), stamp: stored(stamp),
            organisations: tables[.organisations].living.elements, nextMemberID: &nextMemberID)
        finish(&founding, &record, &nextMemberID)
        commit(record, kind: .created, at: stamp, late: false, summary: "founded")
    }
}
