// The simulated records against the documented ones: names and their order.

import ChangeFeed
import Testing

@testable import SimulatedWorld

@Suite("Record shapes")
struct ObjectShapeTests {
    static let documented: [(SimulatedObject, String)] = [
        (
            .contacts,
            """
            CONTACT_ID SALUTATION FIRST_NAME LAST_NAME IMAGE_URL BACKGROUND VISIBLE_TO OWNER_USER_ID VISIBLE_TEAM_ID \
            DATE_CREATED_UTC DATE_UPDATED_UTC SOCIAL_LINKEDIN SOCIAL_FACEBOOK SOCIAL_TWITTER DATE_OF_BIRTH PHONE \
            PHONE_HOME PHONE_MOBILE PHONE_OTHER PHONE_ASSISTANT PHONE_FAX EMAIL_ADDRESS ASSISTANT_NAME \
            ADDRESS_MAIL_STREET ADDRESS_MAIL_CITY ADDRESS_MAIL_STATE ADDRESS_MAIL_POSTCODE ADDRESS_MAIL_COUNTRY \
            ADDRESS_OTHER_STREET ADDRESS_OTHER_CITY ADDRESS_OTHER_STATE ADDRESS_OTHER_POSTCODE ADDRESS_OTHER_COUNTRY \
            LAST_ACTIVITY_DATE_UTC NEXT_ACTIVITY_DATE_UTC CREATED_USER_ID ORGANISATION_ID TITLE EMAIL_OPTED_OUT \
            CUSTOMFIELDS TAGS DATES LINKS
            """
        ),
        (
            .organisations,
            """
            ORGANISATION_ID ORGANISATION_NAME BACKGROUND IMAGE_URL OWNER_USER_ID VISIBLE_TO VISIBLE_TEAM_ID \
            DATE_CREATED_UTC DATE_UPDATED_UTC LAST_ACTIVITY_DATE_UTC NEXT_ACTIVITY_DATE_UTC CREATED_USER_ID PHONE \
            PHONE_FAX WEBSITE ADDRESS_BILLING_STREET ADDRESS_BILLING_CITY ADDRESS_BILLING_STATE \
            ADDRESS_BILLING_COUNTRY ADDRESS_BILLING_POSTCODE ADDRESS_SHIP_STREET ADDRESS_SHIP_CITY ADDRESS_SHIP_STATE \
            ADDRESS_SHIP_POSTCODE ADDRESS_SHIP_COUNTRY SOCIAL_LINKEDIN SOCIAL_FACEBOOK SOCIAL_TWITTER \
            CUSTOMFIELDS TAGS DATES EMAILDOMAINS LINKS
            """
        ),
        (
            .leads,
            """
            LEAD_ID SALUTATION FIRST_NAME LAST_NAME LEAD_SOURCE_ID LEAD_STATUS_ID TITLE CONVERTED \
            CONVERTED_CONTACT_ID CONVERTED_DATE_UTC CONVERTED_OPPORTUNITY_ID CONVERTED_ORGANISATION_ID \
            DATE_CREATED_UTC DATE_UPDATED_UTC EMAIL EMPLOYEE_COUNT FAX INDUSTRY LEAD_DESCRIPTION LEAD_RATING MOBILE \
            OWNER_USER_ID PHONE RESPONSIBLE_USER_ID WEBSITE ADDRESS_STREET ADDRESS_CITY ADDRESS_STATE \
            ADDRESS_POSTCODE ADDRESS_COUNTRY LAST_ACTIVITY_DATE_UTC NEXT_ACTIVITY_DATE_UTC VISIBLE_TO VISIBLE_TEAM_ID \
            ORGANISATION_NAME CREATED_USER_ID IMAGE_URL EMAIL_OPTED_OUT CUSTOMFIELDS TAGS LINKS LINKED_EMAIL_ADDRESS
            """
        ),
        (
            .opportunities,
            """
            OPPORTUNITY_ID OPPORTUNITY_NAME OPPORTUNITY_DETAILS OPPORTUNITY_STATE RESPONSIBLE_USER_ID CATEGORY_ID \
            IMAGE_URL BID_CURRENCY BID_AMOUNT BID_TYPE BID_DURATION ACTUAL_CLOSE_DATE DATE_CREATED_UTC \
            DATE_UPDATED_UTC OPPORTUNITY_VALUE PROBABILITY FORECAST_CLOSE_DATE OWNER_USER_ID LAST_ACTIVITY_DATE_UTC \
            NEXT_ACTIVITY_DATE_UTC VISIBLE_TO VISIBLE_TEAM_ID PIPELINE_ID STAGE_ID CREATED_USER_ID ORGANISATION_ID \
            PRICEBOOK_ID CUSTOMFIELDS TAGS LINKS LINKED_EMAIL_ADDRESS
            """
        ),
        (
            .projects,
            """
            PROJECT_ID PROJECT_NAME STATUS PROJECT_DETAILS STARTED_DATE COMPLETED_DATE OPPORTUNITY_ID CATEGORY_ID \
            PIPELINE_ID STAGE_ID IMAGE_URL OWNER_USER_ID DATE_CREATED_UTC DATE_UPDATED_UTC LAST_ACTIVITY_DATE_UTC \
            NEXT_ACTIVITY_DATE_UTC VISIBLE_TO VISIBLE_TEAM_ID CREATED_USER_ID RESPONSIBLE_USER_ID CUSTOMFIELDS TAGS \
            LINKS LINKED_EMAIL_ADDRESS
            """
        ),
        (
            .fruit,
            """
            RECORD_ID RECORD_NAME OWNER_USER_ID DATE_CREATED_UTC DATE_UPDATED_UTC CREATED_USER_ID VISIBLE_TO \
            VISIBLE_TEAM_ID CUSTOMFIELDS
            """
        ),
    ]

    @Test(
        "a record on the wire has the documented fields in the documented order, nulls included", arguments: documented)
    func wireNames(object: SimulatedObject, names: String) throws {
        let world = makeWorld()
        let id = try #require(world.ids(of: object).last)
        let document = try #require(world.history(of: object, id).last?.document)
        #expect(memberNames(of: document.json) == names.split(separator: " ").map(String.init))
        #expect(object.shape.wireNames == names.split(separator: " ").map(String.init))
    }

    @Test(
        "without the two of visibility, the counts are those of the published schema",
        arguments: [(SimulatedObject.contacts, 41), (.organisations, 31), (.leads, 39), (.opportunities, 29)])
    func publishedCounts(object: SimulatedObject, count: Int) throws {
        let onlyOnTheWire: Set = ["VISIBLE_TO", "VISIBLE_TEAM_ID"]
        var names = object.shape.wireNames.filter { !onlyOnTheWire.contains($0) }
        if object == .leads { names.removeAll { $0 == "LINKS" } }
        #expect(names.count == count)
    }

    @Test("an instance that does not show visibility leaves its fields out")
    func hiddenVisibility() throws {
        let world = makeWorld { $0.display.showsVisibility = false }
        let document = try #require(world.commits.last { $0.object == .contacts }?.document)
        #expect(!memberNames(of: document.json).contains { $0.hasPrefix("VISIBLE_") })
        #expect(memberNames(of: document.json).count == 41)
    }

    /// The names at the first level of an object, in their order, which a dictionary would lose.
    private func memberNames(of json: [UInt8]) -> [String] {
        var names: [String] = []
        var depth = 0
        var text: [UInt8] = []
        var inString = false
        var escaped = false
        for byte in json {
            if inString {
                if !escaped && byte == UInt8(ascii: "\"") { inString = false } else { text.append(byte) }
                escaped = !escaped && byte == UInt8(ascii: "\\")
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): (inString, text) = (true, [])
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ":") where depth == 1: names.append(String(decoding: text, as: UTF8.self))
            default: break
            }
        }
        return names
    }
}
