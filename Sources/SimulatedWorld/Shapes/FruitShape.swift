// A record of a custom object, `Fruit__c`: custom objects share their fields, only the custom ones differ.

extension ObjectShape {
    static let fruit = ObjectShape(
        [
            "RECORD_ID": .id,
            "RECORD_NAME": .drawn(.fruit, percent: 100),
            "OWNER_USER_ID": .drawn(.userID, percent: 100),
            "DATE_CREATED_UTC": .created,
            "DATE_UPDATED_UTC": .updated,
            "CREATED_USER_ID": .once(.userID),
            "VISIBLE_TO": .visibility("EVERYONE"),
            "VISIBLE_TEAM_ID": .visibility(nil),
        ],
        collections: [.customFields],
        customFields: [
            CustomFieldShape("Origin__c", .dropdown(["Orchard", "Market", "Import"])),
            CustomFieldShape("Grams__c", .numeric(below: 40, decimals: 1)),
            CustomFieldShape("Ripe__c", .bit),
        ])
}
