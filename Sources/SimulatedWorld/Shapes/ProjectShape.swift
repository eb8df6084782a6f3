// A project as the API shows it: 22 documented fields and the two of visibility.

extension ObjectShape {
    static let project = ObjectShape(
        [
            "PROJECT_ID": .id,
            "PROJECT_NAME": .drawn(.dealName, percent: 100),
            "STATUS": .drawn(.projectStatus, percent: 100),
            "PROJECT_DETAILS": .drawn(.prose, percent: 50),
            "STARTED_DATE": .drawn(.day, percent: 60),
            "COMPLETED_DATE": .drawn(.day, percent: 20),
            "OPPORTUNITY_ID": .always(nil),
            "CATEGORY_ID": .drawn(.categoryID, percent: 40),
            "PIPELINE_ID": .drawn(.pipelineID, percent: 60),
            "STAGE_ID": .drawn(.stageID, percent: 60),
            "IMAGE_URL": .always(nil),
            "OWNER_USER_ID": .drawn(.userID, percent: 100),
            "DATE_CREATED_UTC": .created,
            "DATE_UPDATED_UTC": .updated,
            "LAST_ACTIVITY_DATE_UTC": .activity(percent: 30),
            "NEXT_ACTIVITY_DATE_UTC": .activity(percent: 10),
            "VISIBLE_TO": .visibility("EVERYONE"),
            "VISIBLE_TEAM_ID": .visibility(nil),
            "CREATED_USER_ID": .once(.userID),
            "RESPONSIBLE_USER_ID": .drawn(.userID, percent: 100),
        ],
        collections: [.customFields, .tags, .links],
        trailing: ["LINKED_EMAIL_ADDRESS": .mailbox("P")],
        customFields: [
            CustomFieldShape("Risk__c", .dropdown(["Low", "Medium", "High"])),
            CustomFieldShape("Days_Left__c", .numeric(below: 400, decimals: 0)),
        ])
}
