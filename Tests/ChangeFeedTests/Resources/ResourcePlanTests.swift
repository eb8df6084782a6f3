import ChangeFeed
import Testing

@Suite("ResourcePlan")
struct ResourcePlanTests {
    @Test(
        "A record is asked for beside its search, whatever the filters",
        arguments: [
            ("/Contacts/Search?updated_after_utc=${epoch}", "/Contacts"),
            ("/Contacts/Search?field_name=LAST_NAME&field_value=Okoye&updated_after_utc=${epoch}", "/Contacts"),
            ("/Contacts/SearchByTag?tagName=vip", "/Contacts"), ("/Fruit__c", "/Fruit__c"),
            ("/Search?updated_after_utc=${epoch}", "/Search"),
        ])
    func recordPath(url: String, path: String) throws {
        let search = try URLTemplate(parsing: url)
        let plan = ResourcePlan(
            name: ResourceName("contacts"), typeName: "contact", search: search, listing: search.listing,
            idField: FieldPath("CONTACT_ID"), updatedDate: nil, createdDate: nil, interval: .every(.minutes(15)))
        #expect(plan.recordPath == path)
    }
}
