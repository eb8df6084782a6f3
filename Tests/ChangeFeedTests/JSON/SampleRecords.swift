// Records in the shape of Insightly's: visible nulls, custom fields, tags, links, Unicode, and one that is very large.

@testable import ChangeFeed

enum SampleRecords {
    /// A contact, with these values (JSON texts) instead of or besides its own.
    static func contact(id: Int = 366_638_973, _ changes: KeyValuePairs<String, String> = [:]) -> String {
        var fields: [(name: String, value: String)] = [
            ("CONTACT_ID", "\(id)"), ("SALUTATION", "null"), ("FIRST_NAME", "\"Jörg\""), ("LAST_NAME", "\"Huber\""),
            ("IMAGE_URL", "\"https:\\/\\/example.com\\/\(id).png\""),
            ("BACKGROUND", "\"says \\\"hello\\\"\\r\\n— 日本 😀\""),
            ("OWNER_USER_ID", "2193383"), ("DATE_CREATED_UTC", "\"2025-04-08 18:48:29\""),
            ("DATE_UPDATED_UTC", "\"2025-04-08 18:48:30\""), ("PHONE", "null"), ("EMAIL_ADDRESS", "\"\""),
            ("LAST_ACTIVITY_DATE_UTC", "null"), ("ORGANISATION_ID", "148938124"), ("EMAIL_OPTED_OUT", "false"),
            (
                "CUSTOMFIELDS",
                """
                [{"FIELD_NAME":"Hobby__c","FIELD_VALUE":"Skiing","CUSTOM_FIELD_ID":"Hobby__c"},\
                {"FIELD_NAME":"Score__c","FIELD_VALUE":4601.0,"CUSTOM_FIELD_ID":"Score__c"},\
                {"FIELD_NAME":"Empty__c","FIELD_VALUE":null,"CUSTOM_FIELD_ID":"Empty__c"}]
                """
            ),
            ("TAGS", "[{\"TAG_NAME\":\"fair\"},{\"TAG_NAME\":\"été/1~2\"}]"), ("DATES", "[]"),
            (
                "LINKS",
                """
                [{"LINK_ID":77,"OBJECT_NAME":"Contact","OBJECT_ID":\(id),"LINK_OBJECT_NAME":"Organisation",\
                "LINK_OBJECT_ID":148938124,"ROLE":null,"DETAILS":null,"RELATIONSHIP_ID":0,"IS_FORWARD":true}]
                """
            ),
            ("VISIBLE_TO", "\"EVERYONE\""), ("VISIBLE_TEAM_ID", "null"),
        ]
        for (name, value) in changes {
            if let index = fields.firstIndex(where: { $0.name == name }) {
                fields[index].value = value
            } else {
                fields.append((name, value))
            }
        }
        return "{" + fields.map { "\"\($0.name)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    /// An organisation of about 100 KB: 400 custom fields and 120 links.
    static func largeOrganisation(id: Int = 148_938_124) -> String {
        let customFields = (0..<400).map {
            """
            {"FIELD_NAME":"ORGANISATION_FIELD_\($0)","FIELD_VALUE":"\(String(repeating: "Text — ", count: 8))\($0)",\
            "CUSTOM_FIELD_ID":"ORGANISATION_FIELD_\($0)"}
            """
        }
        let links = (0..<120).map {
            """
            {"LINK_ID":\($0),"OBJECT_NAME":"Organisation","OBJECT_ID":\(id),"LINK_OBJECT_NAME":"Contact",\
            "LINK_OBJECT_ID":\($0 + 9000),"ROLE":"Partner","DETAILS":null,"RELATIONSHIP_ID":1,"IS_FORWARD":false}
            """
        }
        return """
            {"ORGANISATION_ID":\(id),"ORGANISATION_NAME":"Ångström & Söhne","DATE_CREATED_UTC":"2020-01-01 00:00:00",\
            "DATE_UPDATED_UTC":"2026-11-23 19:04:05","CUSTOMFIELDS":[\(customFields.joined(separator: ","))],"TAGS":null,\
            "DATES":[{"DATE_ID":5,"OCCASION_NAME":"Founded","OCCASION_DATE":"1899-12-30 00:00:00"}],\
            "EMAILDOMAINS":[{"EMAIL_DOMAIN_ID":9,"EMAIL_DOMAIN":"example.com"}],"LINKS":[\(links.joined(separator: ","))]}
            """
    }

    static func page(_ records: [String]) -> [UInt8] {
        Array("[\(records.joined(separator: ","))]".utf8)
    }

    static func record(_ text: String) throws -> RawRecord {
        try RawRecord.read(Array(text.utf8))
    }

    static func json(_ text: String) throws -> RawJSON {
        try RawJSON.read(Array(text.utf8))
    }
}

extension RawJSON {
    /// The value as received, for comparing in tests.
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
