// The same change has one id, and no two changes share one.

import Testing

@testable import ChangeFeed

@Suite("Event ids")
struct EventIDTests {
    private func id(
        account: String = "a", resource: String = "contacts", record: String = "1", version: Int = 1,
        content: String = "{}", kind: ChangeKind = .updated
    ) -> String {
        EventID.make(
            account: account, resource: ResourceName(resource), record: RecordID(record), version: version,
            content: Array(content.utf8)[...], kind: kind)
    }

    @Test("An id never changes between releases: receivers recognise repeated deliveries by it")
    func golden() {
        #expect(
            id(account: "na1/123", record: "366638973", version: 42, content: "{\"CONTACT_ID\":366638973}")
                == "evt_wgap2szajpn45wggharvu4saoiodkqye")
    }

    @Test("An id holds nothing but letters, digits and an underscore")
    func alphabet() {
        #expect(id().utf8.count == 36)
        #expect(id().hasPrefix("evt_"))
        #expect(id().dropFirst(4).allSatisfy { "abcdefghijklmnopqrstuvwxyz234567".contains($0) })
    }

    @Test("Every part tells changes apart, and no part can be taken for another")
    func distinct() {
        let ids = [
            id(), id(account: "b"), id(resource: "leads"), id(record: "2"), id(version: 2), id(content: "{ }"),
            id(kind: .created), id(kind: .deleted), id(account: "ac", resource: "ontacts"),
            id(resource: "contacts1", record: ""), id(record: "11", version: 1), id(record: "1", version: 11),
        ]
        #expect(Set(ids).count == ids.count)
    }
}
