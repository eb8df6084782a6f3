// One block of `event.poller.configuration`.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("A resource's block")
struct ResourceReaderTests {
    private let epoch = Instant(secondsSince1970: 0)

    @Test(
        "left empty means what is built in",
        arguments: [
            ("contacts", "contact", "/Contacts", "CONTACT_ID"),
            ("accounts", "organisation", "/Organisations", "ORGANISATION_ID"),
            ("organizations", "organisation", "/Organisations", "ORGANISATION_ID"),
            ("leads", "lead", "/Leads", "LEAD_ID"),
            ("opportunities", "opportunity", "/Opportunities", "OPPORTUNITY_ID"),
            ("projects", "project", "/Projects", "PROJECT_ID"), ("/Tasks", "task", "/Tasks", "TASK_ID"),
            ("products", "product", "/Product", "PRODUCT_ID"), ("quotes", "quotation", "/Quotation", "QUOTE_ID"),
        ])
    func builtIn(name: String, typeName: String, path: String, id: String) throws {
        let plan = try #require(try Sample.plan(name, "{}"))
        #expect(plan.name.text == name && plan.typeName == typeName && plan.idField == FieldPath(id))
        #expect(
            plan.search.expanded(at: epoch)
                == RequestTarget(
                    path: path + "/Search", query: [QueryItem("updated_after_utc", "1970-01-01T00:00:00Z")]))
        #expect(plan.listing == RequestTarget(path: path))
        #expect(plan.updatedDate == DateField(path: FieldPath("DATE_UPDATED_UTC"), pattern: .insightly))
        #expect(plan.createdDate == DateField(path: FieldPath("DATE_CREATED_UTC"), pattern: .insightly))
        #expect(plan.createdCheckTolerance == .seconds(10) && plan.pollDelay == .zero && plan.ignoredFields.isEmpty)
    }

    @Test("of emails knows no date of change")
    func emails() throws {
        let plan = try #require(try Sample.plan("emails", "null"))
        #expect(plan.updatedDate == nil && plan.createdDate?.path == FieldPath("DATE_CREATED_UTC"))
    }

    @Test("as documented for Insightly means the search of the API")
    func documented() throws {
        let block = """
            {"url": "/hubs/crm/accounts?where=updated_after_utc='${gmtDate:yyyy-MM-dd HH:mm:ss}'",
             "idField": "ORGANISATION_ID", "datesConfiguration": {
             "updatedDateField": "DATE_UPDATED_UTC", "updatedDateFormat": "yyyy-MM-dd HH:mm:ss",
             "updatedDateTimezone": "GMT", "createdDateTimezone": "GMT",
             "createdDateField": "DATE_CREATED_UTC", "createdDateFormat": "yyyy-MM-dd HH:mm:ss"}}
            """
        let plan = try #require(try Sample.plan("accounts", block))
        #expect(
            plan.search.expanded(at: epoch)
                == RequestTarget(
                    path: "/Organisations/Search", query: [QueryItem("updated_after_utc", "1970-01-01 00:00:00")]))
        #expect(plan.updatedDate?.pattern == .insightly)
    }

    @Test("of a custom object works by what is written alone")
    func custom() throws {
        let block = """
            {"url": "/Fruit__c?updated_after_utc=${gmtDate:yyyy-MM-dd HH:mm:ss}", "idField": "RECORD_ID",
             "datesConfiguration": {"updatedDateField": "DATE_UPDATED_UTC"}, "createdCheckTolerance": "5",
             "pollDelay": 30, "pageSize": 20, "refresh_interval": 0.5, "ignoreFields": ["A", "/CUSTOMFIELDS/B__c"],
             "filterByUpdatedDate": "false", "filterByCurrentDate": true}
            """
        let plan = try #require(try Sample.plan("Fruit__c", block))
        #expect(plan.typeName == "Fruit__c" && plan.listing == RequestTarget(path: "/Fruit__c"))
        #expect(plan.search.expanded(at: epoch).path == "/Fruit__c/Search")
        #expect(plan.updatedDate?.pattern == .insightly && plan.createdDate == nil)
        #expect(plan.createdCheckTolerance == .seconds(5) && plan.pollDelay == .seconds(30) && plan.pageSize == 20)
        #expect(plan.interval == .every(.seconds(30)))
        #expect(plan.ignoredFields.map(\.pointer) == ["/A", "/CUSTOMFIELDS/B__c"])
    }

    @Test("has its dates read by their own patterns and zones, the created one's pattern being the updated one's")
    func dates() throws {
        let block = """
            {"datesConfiguration": {"updatedDateField": "meta.updated", "updatedDateFormat": "MM/dd/yyyy HH:mm:ss",
             "updatedDateTimezone": "MST", "createdDateField": "['Made At']"}}
            """
        let plan = try #require(try Sample.plan("leads", block))
        #expect(plan.updatedDate?.path.members == ["meta", "updated"])
        #expect(plan.updatedDate?.pattern.parse("07/31/2018 12:39:46") == Instant(secondsSince1970: 1_533_065_986))
        #expect(plan.createdDate?.path.members == ["Made At"])
        #expect(plan.createdDate?.pattern == plan.updatedDate?.pattern)
        let milliseconds = try Sample.plan("leads", #"{"datesConfiguration": {"createdDateFormat": "milliseconds"}}"#)
        #expect(milliseconds?.createdDate?.pattern.pattern == "milliseconds")
        #expect(milliseconds?.updatedDate?.pattern == .insightly)
    }

    @Test("with the platform's empty texts means the same as without them")
    func blanks() throws {
        let block = """
            {"url": "", "idField": " ", "pageSize": "", "datesConfiguration": {"updatedDateField": "",
             "updatedDateFormat": "", "updatedDateTimezone": ""}}
            """
        #expect(try Sample.plan("leads", block) == Sample.plan("leads", "{}"))
    }

    @Test("is read with its oddities, each with a warning")
    func oddities() throws {
        let block = """
            {"filterByUpdateDate": true, "updatedDateTimezone": "MST", "xPath": "x", "pageSize": 10000,
             "datesConfiguration": {"createdCheckTolerance": 7}, "url": "/Leads"}
            """
        let reading = Sample.read(Sample.text("\"event.poller.configuration\": {\"leads\": \(block)}"))
        let plan = try #require(try reading.outcome.get().polling.resources.first)
        #expect(plan.pageSize == 500 && plan.createdCheckTolerance == .seconds(7))
        #expect(plan.updatedDate?.pattern.zone == DateZone(name: "MST"))
        let prefix = "event.poller.configuration.leads."
        #expect(
            Set(reading.warnings.map(\.key))
                == Set(["filterByUpdateDate", "updatedDateTimezone", "xPath", "pageSize", "url"].map { prefix + $0 }))
    }

    @Test("of an unknown resource without dates is warned about")
    func dateless() throws {
        let block = #"{"url": "/W/Search?updated_after_utc=${gmtDate}", "idField": "W_ID"}"#
        let reading = Sample.read(Sample.text("\"event.poller.configuration\": {\"w\": \(block)}"))
        #expect(try reading.outcome.get().polling.resources.first?.updatedDate == nil)
        #expect(
            reading.warnings.map(\.key) == ["event.poller.configuration.w.datesConfiguration.updatedDateField"])
    }

    /// What is said of the URL of contacts, which is no problem.
    private func remarks(_ url: String) -> [String] {
        let reading = Sample.read(
            Sample.text("\"event.poller.configuration\": {\"contacts\": {\"url\": \"\(url)\"}}"))
        #expect(reading.problems.isEmpty, "\(reading.problems)")
        #expect(reading.warnings.allSatisfy { $0.key == "event.poller.configuration.contacts.url" })
        return reading.warnings.map(\.description)
    }

    @Test(
        "is told where its times are written in UTC all the same",
        arguments: [
            "${dateTimeZone:+6:00:yyyy-MM-dd HH:mm:ss}", "${dateTimeZone:Asia/Tokyo:yyyy-MM-dd'T'HH:mm:ss'Z'}",
            "${dateTimeZone:MST:yyyy-MM-dd HH:mm:ss}", "${dateTimeZone:+5:30:yyyy-MM-dd'T'HH:mm:ssX}",
        ])
    func writtenInUTC(template: String) {
        let said = remarks("/Contacts/Search?updated_after_utc=\(template)")
        #expect(said.count == 1 && said[0].contains("is written in UTC"), "\(said)")
    }

    @Test(
        "that asks by time as documented is told nothing",
        arguments: [
            "${gmtDate:yyyy-MM-dd HH:mm:ss}", "${gmtDate:yyyy-MM-dd'T'HH:mm:ss'Z'}", "${date}",
            "${date:yyyy-MM-dd'T'HH:mm:ssXXX}", "${dateTimeZone:America/Denver:yyyy-MM-dd'T'HH:mm:ssXXX}",
            "${dateTimeZone:Etc/UTC:yyyy-MM-dd HH:mm:ss}", "${gmtDate:yyyy-MM-dd'T'HH:mm:ss.SSS'Z'}",
        ])
    func asDocumented(template: String) {
        #expect(remarks("/Contacts/Search?updated_after_utc=\(template)").isEmpty)
        #expect(remarks("/hubs/crm/contacts?where=updated_after_utc='\(template)'").isEmpty)
    }

    @Test(
        "is told of times that Insightly may not read, or that ask for more than is new",
        arguments: [
            ("${epoch:s}", "does not document"), ("${gmtDate:EEE, dd MMM yyyy HH:mm:ss Z}", "does not document"),
            ("${gmtDate:yyyy-MM-dd hh:mm:ss a}", "does not document"),
            ("${gmtDate:yyyy-MM-dd}", "24 hours earlier"),
            ("${gmtDate:yyyy-MM-dd'T'HH:mm:ss}+06:00", "hours earlier"),
        ])
    func odd(template: String, hint: String) {
        let said = remarks("/Contacts/Search?updated_after_utc=\(template)")
        #expect(said.count == 1 && said[0].contains(hint), "\(said)")
    }

    @Test(
        "is told of a time where Insightly does not look for one",
        arguments: [
            "/hubs/crm/contacts?where=updated_since='${gmtDate:yyyy-MM-dd HH:mm:ss}'",
            "/Contacts/Search?updatedAfterUtc=${gmtDate}", "/Contacts?updated_after=${gmtDate}&brief=true",
            "/Contacts?$filter=DATE_UPDATED_UTC gt ${gmtDate}", "/Contacts/${epoch:s}",
        ])
    func unreadTime(url: String) {
        let said = remarks(url)
        #expect(said.count == 1 && said[0].contains("every poll reads every record"), "\(said)")
        #expect(said.first?.contains("write updated_after_utc=${gmtDate:") == true)
    }

    @Test(
        "with the letters of month and minutes in each other's place has a problem with the pattern that is right",
        arguments: [
            (#""url": "/Contacts/Search?updated_after_utc=${gmtDate:yyyy-mm-dd HH:MM:ss}""#, "url"),
            (#""url": "/hubs/crm/contacts?where=updated_after_utc='${gmtDate:yyyy-mm-dd HH:MM:ss}'""#, "url"),
            (
                #""datesConfiguration": {"updatedDateFormat": "yyyy-mm-dd HH:MM:ss"}"#,
                "datesConfiguration.updatedDateFormat"
            ),
            (
                #""datesConfiguration": {"createdDateFormat": "yyyy-mm-dd HH:MM:ss"}"#,
                "datesConfiguration.createdDateFormat"
            ),
        ])
    func swappedLetters(member: String, key: String) {
        let reading = Sample.read(Sample.text("\"event.poller.configuration\": {\"contacts\": {\(member)}}"))
        #expect(reading.problems.map(\.key) == ["event.poller.configuration.contacts." + key])
        let said = reading.problems.first?.description ?? ""
        #expect(said.contains("MM") && said.contains("write MM for the month and mm for the minutes"), "\(said)")
        #expect(said.contains("yyyy-MM-dd HH:mm:ss"))
    }

    @Test("is told where its key is of a custom object and its URL asks for another object")
    func otherThanTheCustomObject() {
        func said(_ name: String, _ path: String) -> [String] {
            let block = """
                {"url": "\(path)?updated_after_utc=${gmtDate}", "idField": "RECORD_ID",
                 "datesConfiguration": {"updatedDateField": "DATE_UPDATED_UTC"}}
                """
            return Sample.read(Sample.text("\"event.poller.configuration\": {\"\(name)\": \(block)}")).lines()
        }
        for path in ["/Leads/Search", "/Leads", "/Nut__c/Search"] {
            let warnings = said("Fruit__c", path)
            #expect(warnings.count == 1 && warnings[0].contains("asks for"), "\(warnings)")
        }
        #expect(said("Fruit__c", "/fruit__c/Search").isEmpty && said("/Fruit__c", "/Fruit__c").isEmpty)
        // A name of one's own may be of some records of an object, or of what belongs to one.
        #expect(said("vips", "/Leads/Search").isEmpty && said("Fruit__c", "/Leads/7/Fruits").isEmpty)
    }

    @Test("is told where its key names one object and its URL another")
    func otherObject() {
        let said = remarks("/hubs/crm/accounts?where=updated_after_utc='${gmtDate:yyyy-MM-dd HH:mm:ss}'")
        #expect(said.count == 1 && said[0].contains("asks for Organisations"), "\(said)")
        #expect(remarks("/contacts/SearchByTag?tagName=a&updated_after_utc=${gmtDate}").isEmpty)
        let notes = #""notes": {"url": "/Contacts/7/Notes?updated_after_utc=${gmtDate}"}"#
        #expect(Sample.read(Sample.text("\"event.poller.configuration\": {\(notes)}")).lines().isEmpty)
    }
}
