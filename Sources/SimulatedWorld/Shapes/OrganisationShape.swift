// An organisation as the API shows it: 31 documented fields and the two of visibility.

extension ObjectShape {
    static let organisation = ObjectShape(
        [
            "ORGANISATION_ID": .id,
            "ORGANISATION_NAME": .drawn(.companyName, percent: 100),
            "BACKGROUND": .drawn(.prose, percent: 40),
            "IMAGE_URL": .drawn(.imageURL, percent: 10),
            "OWNER_USER_ID": .drawn(.userID, percent: 100),
            "VISIBLE_TO": .visibility("EVERYONE"),
            "VISIBLE_TEAM_ID": .visibility(nil),
            "DATE_CREATED_UTC": .created,
            "DATE_UPDATED_UTC": .updated,
            "LAST_ACTIVITY_DATE_UTC": .activity(percent: 30),
            "NEXT_ACTIVITY_DATE_UTC": .activity(percent: 10),
            "CREATED_USER_ID": .once(.userID),
            "PHONE": .drawn(.phone, percent: 70),
            "PHONE_FAX": .drawn(.phone, percent: 10),
            "WEBSITE": .drawn(.website, percent: 60),
            "ADDRESS_BILLING_STREET": .drawn(.street, percent: 50),
            "ADDRESS_BILLING_CITY": .drawn(.city, percent: 55),
            "ADDRESS_BILLING_STATE": .drawn(.state, percent: 40),
            "ADDRESS_BILLING_COUNTRY": .drawn(.country, percent: 60),
            "ADDRESS_BILLING_POSTCODE": .drawn(.postcode, percent: 50),
            "ADDRESS_SHIP_STREET": .drawn(.street, percent: 20),
            "ADDRESS_SHIP_CITY": .drawn(.city, percent: 20),
            "ADDRESS_SHIP_STATE": .drawn(.state, percent: 15),
            "ADDRESS_SHIP_POSTCODE": .drawn(.postcode, percent: 20),
            "ADDRESS_SHIP_COUNTRY": .drawn(.country, percent: 20),
            "SOCIAL_LINKEDIN": .drawn(.handle, percent: 20),
            "SOCIAL_FACEBOOK": .drawn(.handle, percent: 10),
            "SOCIAL_TWITTER": .drawn(.handle, percent: 10),
        ],
        collections: [.customFields, .tags, .dates, .emailDomains, .links],
        customFields: [
            CustomFieldShape("Industry__c", .dropdown(["Boat Building", "Bakery", "Cartography", "Plumbing"])),
            // A field older than names that end in __c keeps its numbered name.
            CustomFieldShape("ORGANISATION_FIELD_7", .bit),
            CustomFieldShape("Employees__c", .numeric(below: 9000, decimals: 1)),
            CustomFieldShape("Discount__c", .percent),
            CustomFieldShape("Last_Audit__c", .dateTime),
            CustomFieldShape("Remarks__c", .text(.prose)),
        ])
}
