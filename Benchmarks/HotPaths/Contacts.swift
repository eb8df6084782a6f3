// The contacts that the counted paths walk over.

import ChangeFeed
import SimulatedWorld

enum Contacts {
    static let plan = ResourcePlan(
        name: ResourceName("contacts"), typeName: "contact",
        search: try! URLTemplate(parsing: "/Contacts/Search?updated_after_utc=${epoch:s}"),
        listing: RequestTarget(path: "/Contacts"), idField: FieldPath("CONTACT_ID"),
        updatedDate: DateField(path: FieldPath("DATE_UPDATED_UTC"), pattern: .insightly),
        createdDate: DateField(path: FieldPath("DATE_CREATED_UTC"), pattern: .insightly), interval: .every(.minutes(15))
    )

    /// One page, as the API shows it: the same bytes at any time.
    static func page(of count: Int) -> [UInt8] {
        var quirks = Quirks()
        quirks.limits.perSecond = nil
        quirks.limits.perDay = .max
        let start = Instant(secondsSince1970: 1_790_000_000)
        var instance = SimulatedInstance(
            seed: 7, population: Population(contacts: count, organisations: 100), quirks: quirks, keepsHistory: false,
            startingAt: start)
        let target = RequestTarget(path: "/Contacts", query: [QueryItem("top", String(count))])
        return instance.respond(to: SimulatedRequest(target, apiKey: instance.apiKey), at: start).body
    }
}
