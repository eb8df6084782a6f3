import ChangeFeed
import Testing

@Suite("Which state belongs to which resource")
struct ResourceAdoptionTests {
    private let contacts = RecordSource(object: "contacts", idField: "CONTACT_ID")
    private let leads = RecordSource(object: "leads", idField: "LEAD_ID")
    private let time = Instant(secondsSince1970: 1_764_000_000)

    private func plan(_ name: String, path: String = "/Contacts", idField: String = "CONTACT_ID") -> ResourcePlan {
        ResourcePlan(
            name: ResourceName(name), typeName: "contact",
            search: try! URLTemplate(parsing: "\(path)/Search?updated_after_utc=${epoch:s}"),
            listing: RequestTarget(path: path), idField: FieldPath(idField), updatedDate: nil, createdDate: nil,
            interval: .auto)
    }

    private func stored(
        _ id: Int64, _ name: String, _ source: RecordSource? = nil, isAside: Bool = false, polledAt: Instant? = nil
    ) -> StoredResource {
        StoredResource(
            id: id, name: ResourceName(name), source: source, isAside: isAside, polledAt: polledAt ?? time)
    }

    @Test("All ways of writing an object are one name, and other objects are others")
    func canonical() {
        for names in [
            ["accounts", "organisations", "Organizations", "/accounts", "ACCOUNT", "/Organisations"],
            ["contacts", "Contacts", "/contacts", "contact"], ["Fruit__c", "/Fruit__c", "fruit__C"],
            ["pricebookentries", "Pricebook-Entries", "/PricebookEntry"],
        ] {
            #expect(Set(names.map { ResourceName($0).canonical }).count == 1, "\(names)")
        }
        #expect(ResourceName("Fruit__c").canonical != ResourceName("Fruit_c").canonical)
        #expect(ResourceName("contacts").canonical != ResourceName("leads").canonical)
    }

    @Test("What is as it was stays as it is, and a store from before learns what it holds without a word")
    func asEver() {
        for source in [contacts, nil] {
            let adoption = ResourceAdoption(plans: [plan("contacts")], stored: [stored(1, "contacts", source)])
            #expect(adoption.steps == [.keep(1, ResourceName("contacts"), contacts)])
            #expect(adoption.notices == [])
        }
    }

    @Test("Another way of writing the name goes on with the same state")
    func renamed() {
        let adoption = ResourceAdoption(plans: [plan("/Contacts")], stored: [stored(1, "contacts", contacts)])
        #expect(adoption.steps == [.keep(1, ResourceName("/Contacts"), contacts)])
        #expect(adoption.notices == [.renamed(from: ResourceName("contacts"), to: ResourceName("/Contacts"))])
    }

    @Test("Of several states of one resource the one under its name is kept, else the one read last")
    func several() {
        let states = [stored(1, "contacts", polledAt: time), stored(2, "Contacts", polledAt: time + .hours(1))]
        let named = ResourceAdoption(plans: [plan("contacts")], stored: states)
        #expect(named.steps == [.setAside(2), .keep(1, ResourceName("contacts"), contacts)])
        let other = ResourceAdoption(plans: [plan("/contacts")], stored: states)
        #expect(other.steps == [.setAside(1), .keep(2, ResourceName("/contacts"), contacts)])
    }

    @Test("Another object or id field begins anew, and its state is set aside")
    func anew() {
        let object = ResourceAdoption(
            plans: [plan("contacts", path: "/Leads", idField: "LEAD_ID")], stored: [stored(1, "contacts", contacts)])
        #expect(object.steps == [.setAside(1)])
        #expect(object.notices == [.begunAnew(ResourceName("contacts"), was: contacts, now: leads)])
        let field = ResourceAdoption(
            plans: [plan("contacts", idField: "EMAIL")], stored: [stored(1, "contacts", contacts)])
        #expect(field.steps == [.setAside(1)])
    }

    @Test("What was set aside is taken up again when its object and id field are back")
    func back() {
        let states = [stored(1, "contacts", contacts, isAside: true), stored(2, "contacts", leads)]
        let adoption = ResourceAdoption(plans: [plan("contacts")], stored: states)
        #expect(
            adoption.steps == [.setAside(2), .takeUp(1), .keep(1, ResourceName("contacts"), contacts)])
        #expect(adoption.notices == [.takenUp(ResourceName("contacts"), contacts)])
    }

    @Test("What the configuration names no more is told, and nothing else of it changes")
    func unnamed() {
        let adoption = ResourceAdoption(
            plans: [plan("contacts")],
            stored: [
                stored(1, "leads", leads), stored(2, "tasks", nil, isAside: true),
                // Its list was still being learned.
                StoredResource(id: 3, name: ResourceName("notes"), source: nil, isAside: false, polledAt: nil),
            ])
        #expect(adoption.steps == [])
        #expect(adoption.notices == [.unnamed(ResourceName("leads")), .unnamed(ResourceName("notes"))])
    }
}
