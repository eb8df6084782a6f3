// An opportunity as the API shows it: 29 documented fields and the two of visibility.

extension ObjectShape {
    static let opportunity = ObjectShape(
        [
            "OPPORTUNITY_ID": .id,
            "OPPORTUNITY_NAME": .drawn(.dealName, percent: 100),
            "OPPORTUNITY_DETAILS": .drawn(.prose, percent: 40),
            "OPPORTUNITY_STATE": .drawn(.dealState, percent: 100),
            "RESPONSIBLE_USER_ID": .drawn(.userID, percent: 100),
            "CATEGORY_ID": .drawn(.categoryID, percent: 40),
            "IMAGE_URL": .always(nil),
            "BID_CURRENCY": .drawn(.currency, percent: 100),
            "BID_AMOUNT": .drawn(.amount, percent: 80),
            "BID_TYPE": .drawn(.bidType, percent: 100),
            "BID_DURATION": .drawn(.headcount, percent: 20),
            "ACTUAL_CLOSE_DATE": .drawn(.day, percent: 20),
            "DATE_CREATED_UTC": .created,
            "DATE_UPDATED_UTC": .updated,
            "OPPORTUNITY_VALUE": .drawn(.amount, percent: 80),
            "PROBABILITY": .drawn(.percentage, percent: 80),
            "FORECAST_CLOSE_DATE": .drawn(.day, percent: 70),
            "OWNER_USER_ID": .drawn(.userID, percent: 100),
            "LAST_ACTIVITY_DATE_UTC": .activity(percent: 30),
            "NEXT_ACTIVITY_DATE_UTC": .activity(percent: 10),
            "VISIBLE_TO": .visibility("EVERYONE"),
            "VISIBLE_TEAM_ID": .visibility(nil),
            "PIPELINE_ID": .drawn(.pipelineID, percent: 80),
            "STAGE_ID": .drawn(.stageID, percent: 80),
            "CREATED_USER_ID": .once(.userID),
            "ORGANISATION_ID": .organisation(percent: 80),
            "PRICEBOOK_ID": .always(nil),
        ],
        collections: [.customFields, .tags, .links],
        trailing: ["LINKED_EMAIL_ADDRESS": .mailbox("O")],
        customFields: [
            CustomFieldShape("Competitor__c", .text(.companyName)),
            CustomFieldShape("Margin__c", .percent),
            CustomFieldShape("Signed__c", .bit),
        ])
}
