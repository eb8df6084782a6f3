// What the instance says of itself and of the key's user; the same in every world, but for the instance's name.

enum FixedDocuments {
    static func instance(_ subdomain: String) -> String {
        #"""
        {"INSTANCE_NAME":"Simulated Instance","INSTANCE_SUBDOMAIN":"\#(subdomain)","PLAN_NAME":"Enterprise",\#
        "NEW_USER_EXPERIENCE_ENABLED":true}
        """#
    }

    static let user = #"""
        {"USER_ID":1500301,"CONTACT_ID":null,"FIRST_NAME":"Simulated","LAST_NAME":"Operator","TIMEZONE_ID":"UTC",\#
        "EMAIL_ADDRESS":"operator@simulated.example","EMAIL_DROPBOX_IDENTIFIER":"","EMAIL_DROPBOX_ADDRESS":"",\#
        "ADMINISTRATOR":true,"ACCOUNT_OWNER":true,"ACTIVE":true,"DATE_CREATED_UTC":"2019-01-02 03:04:05",\#
        "DATE_UPDATED_UTC":"2024-05-06 07:08:09","USER_CURRENCY":"USD","CONTACT_DISPLAY":"","CONTACT_ORDER":"",\#
        "TASK_WEEK_START":1,"INSTANCE_ID":401234,"PROFILE_ID":null,"ROLE_ID":null}
        """#
}
