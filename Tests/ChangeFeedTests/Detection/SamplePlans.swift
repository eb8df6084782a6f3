// A resource as the configuration would describe it.

@testable import ChangeFeed

enum SamplePlans {
    static let updatedDate = DateField(path: FieldPath("DATE_UPDATED_UTC"), pattern: pattern("yyyy-MM-dd HH:mm:ss"))
    static let createdDate = DateField(path: FieldPath("DATE_CREATED_UTC"), pattern: pattern("yyyy-MM-dd HH:mm:ss"))
    static let milliseconds = pattern("milliseconds")

    static func contacts(updatedDate: DateField? = updatedDate, createdDate: DateField? = createdDate) -> ResourcePlan {
        ResourcePlan(
            name: ResourceName("contacts"), typeName: "contact", search: try! URLTemplate(parsing: "/Contacts/Search"),
            listing: RequestTarget(path: "/Contacts"), idField: FieldPath("CONTACT_ID"), updatedDate: updatedDate,
            createdDate: createdDate, interval: .every(.minutes(15)))
    }

    private static func pattern(_ text: String) -> DatePattern {
        try! DatePattern(java: text)
    }
}
