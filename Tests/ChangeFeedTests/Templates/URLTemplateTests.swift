// Poll URLs: what they ask of the API once the time of the last poll is filled in.

import ChangeFeed
import Testing

@Suite("A poll URL")
struct URLTemplateTests {
    /// 2018-07-31T19:39:46.543Z
    private let moment = Instant(microsecondsSince1970: 1_533_065_986_543_000)

    private func expanded(_ text: String) throws -> RequestTarget {
        try URLTemplate(parsing: text).expanded(at: moment)
    }

    @Test(
        "has the documented forms of the time of the last poll",
        arguments: [
            ("${gmtDate:yyyy-MM-dd HH:mm:ss}", "2018-07-31 19:39:46"),
            ("${gmtDate:yyyy-MM-dd'T'HH:mm:ss'Z'}", "2018-07-31T19:39:46Z"),
            ("${date:yyyy-MM-dd'T'HH:mm:ssXXX}", "2018-07-31T19:39:46Z"),
            ("${date}", "2018-07-31T19:39:46Z"),
            ("${dateTimeZone:-6:00:yyyy-MM-dd'T'HH:mm:ssXXX}", "2018-07-31T13:39:46-06:00"),
            ("${dateTimeZone:+6:00:yyyy-MM-dd'T'HH:mm:ssXXX}", "2018-08-01T01:39:46+06:00"),
            ("${dateTimeZone:America/Denver}", "2018-07-31T13:39:46-06:00"),
            ("${epoch}", "1533065986543"), ("${epoch:ms}", "1533065986543"), ("${epoch:s}", "1533065986"),
            ("${epoch:us}", "1533065986543000"),
            ("from ${epoch:s} on", "from 1533065986 on"),
        ])
    func forms(template: String, value: String) throws {
        let target = try expanded("/Contacts/Search?updated_after_utc=\(template)")
        #expect(target == RequestTarget(path: "/Contacts/Search", query: [QueryItem("updated_after_utc", value)]))
    }

    @Test(
        "asks for the moment itself, whatever zone is named, unless the offset is written beside it",
        arguments: [
            ("${dateTimeZone:MST:yyyy-MM-dd HH:mm:ss}", "2018-07-31 19:39:46"),
            ("${dateTimeZone:-6:00:yyyy-MM-dd HH:mm:ss}", "2018-07-31 19:39:46"),
            ("${dateTimeZone:+6:00:yyyy-MM-dd HH:mm:ss}", "2018-07-31 19:39:46"),
            ("${dateTimeZone:GMT-06:00:yyyy-MM-dd HH:mm:ss}", "2018-07-31 19:39:46"),
            ("${dateTimeZone:Asia/Tokyo:yyyy-MM-dd HH:mm:ss}", "2018-07-31 19:39:46"),
            ("${dateTimeZone:America/Denver:yyyy-MM-dd'T'HH:mm:ss.SSS'Z'}", "2018-07-31T19:39:46.543Z"),
            ("${dateTimeZone:+5:30:yyyy-MM-dd'T'HH:mm:ssX}", "2018-07-31T19:39:46Z"),
            ("${dateTimeZone:Asia/Kolkata:yyyy-MM-dd'T'HH:mm:ssX}", "2018-07-31T19:39:46Z"),
            ("${dateTimeZone:+5:30:yyyy-MM-dd'T'HH:mm:ssXXX}", "2018-08-01T01:09:46+05:30"),
            ("${dateTimeZone:+5:30:yyyy-MM-dd'T'HH:mm:ss}+05:30", "2018-08-01T01:09:46+05:30"),
            ("${dateTimeZone:+5:30:yyyy-MM-dd'T'HH:mm:ss'+05:30'}", "2018-08-01T01:09:46+05:30"),
            ("${dateTimeZone:Asia/Tokyo:yyyy-MM-dd hh:mm:ss a}", "2018-07-31 07:39:46 PM"),
        ])
    func zones(template: String, value: String) throws {
        for name in ["updated_after_utc", "Updated_After_UTC"] {
            #expect(try expanded("/Contacts/Search?\(name)=\(template)").query == [QueryItem(name, value)])
        }
        let clause = template.contains("'+") ? nil : "/hubs/crm/contacts?where=updated_after_utc='\(template)'"
        if let clause { #expect(try expanded(clause).query == [QueryItem("updated_after_utc", value)]) }
    }

    @Test("writes times into any other parameter as the zone has them")
    func otherParameter() throws {
        let target = try expanded("/Contacts/Search?since=${dateTimeZone:+6:00:yyyy-MM-dd HH:mm:ss}")
        #expect(target.query == [QueryItem("since", "2018-08-01 01:39:46")])
    }

    @Test(
        "asks for no time that Insightly takes for a later one",
        arguments: [
            ("${gmtDate:yyyy-MM-dd hh:mm:ss}", "write HH, or add a"),
            ("${gmtDate:yyyy-MM-dd kk:mm:ss}", "write HH in a URL"),
            ("${gmtDate:yy-MM-dd HH:mm:ss}", "write yyyy in a URL"),
            ("${gmtDate:yyyy-MM-dd HH}", "no minutes"),
            ("${gmtDate:yyyy-MM-dd'T'HH'Z'}", "no minutes"),
            ("${gmtDate:yyyy-MM-dd HH:59:59}", "no minutes"),
            ("${gmtDate:yyyy-MM-dd hh:00:00}", "write HH, or add a"),
            ("${gmtDate:yyyy-MM-dd HH:MM:ss}", "write mm for the minutes"),
            ("${gmtDate:yyyy-mm-dd HH:MM:ss}", "mm for the minutes: yyyy-MM-dd HH:mm:ss"),
            ("${gmtDate:yyyy-mm-dd'T'HH:MM:ss'Z'}", "mm for the minutes: yyyy-MM-dd'T'HH:mm:ss'Z'"),
            ("${gmtDate:dd.mm.yyyy HH:MM:ss}", "mm for the minutes: dd.MM.yyyy HH:mm:ss"),
            ("${gmtDate:yyyy-mm-dd HH:mm:ss}", "write MM for the month: yyyy-MM-dd HH:mm:ss"),
            ("${gmtDate:yyyy-MM-dd ss:mm:HH}", "write ${gmtDate:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
            ("${gmtDate:yyyy-MM-dd} 24:00:00", "write ${gmtDate:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
            ("${gmtDate:yyyy-MM-dd HH:mm:SS}", "write ss for the seconds"),
            ("${gmtDate:yyyy-dd-MM HH:mm:ss}", "a later time"),
            ("${gmtDate:yyyy-MM-dd'T'HH:mm:ss}-06:00", "a later time"),
            ("${gmtDate:yyyy-MM-dd'T'HH:mm:ss'-06:00'}", "a later time"),
            ("${gmtDate:yyyy-MM-dd} 23:59:59", "a later time"),
        ])
    func later(template: String, hint: String) {
        let fault = #expect(throws: TemplateFault.self) {
            try URLTemplate(parsing: "/Contacts/Search?updated_after_utc=\(template)")
        }
        #expect(fault?.description.contains(hint) == true, "\(String(describing: fault))")
    }

    @Test(
        "may ask for a time that is merely too early, which is said",
        arguments: [
            ("${gmtDate:yyyy-MM-dd HH:00:00}", "2018-07-31 19:00:00", "no minutes"),
            ("${gmtDate:yyyy-MM-dd'T'HH':00:00Z'}", "2018-07-31T19:00:00Z", "no minutes"),
            ("${gmtDate:yyyy-MM-dd HH}:00:00", "2018-07-31 19:00:00", "no minutes"),
            ("${dateTimeZone:+6:00:yyyy-MM-dd HH:00:00}", "2018-07-31 19:00:00", "no minutes"),
            ("${gmtDate:yyyy-MM-dd 00:mm:ss}", "2018-07-31 00:39:46", "no hours"),
            ("${gmtDate:yyyy-MM-dd KK:mm:ss}", "2018-07-31 07:39:46", "write HH, or add a"),
        ])
    func earlier(template: String, value: String, hint: String) throws {
        let url = "/Contacts/Search?updated_after_utc=\(template)"
        #expect(try expanded(url).query == [QueryItem("updated_after_utc", value)])
        let remarks = try URLTemplate(parsing: url).remarks
        #expect(remarks.contains { $0.description.contains(hint) && $0.wrong.contains("earlier") }, "\(remarks)")
    }

    @Test("may write any time into a parameter that Insightly does not look for one in, which is said")
    func unreadParameter() throws {
        let template = try URLTemplate(parsing: "/Contacts/Search?since=${gmtDate:yyyy-MM-dd hh:mm:ss}")
        #expect(template.remarks.count == 1)
    }

    @Test(
        "says of a time in another parameter that it does nothing where polls ask by time as they should",
        arguments: [
            "/Contacts/Search?updated_after_utc=${gmtDate}&modified_since=${gmtDate}",
            "/Contacts/Search?since=${epoch}&Updated_After_UTC=${gmtDate}",
            "/hubs/crm/contacts?where=updated_after_utc='${gmtDate}'&since=${gmtDate}",
        ])
    func timeTooMuch(url: String) throws {
        let remarks = try URLTemplate(parsing: url).remarks
        #expect(remarks.count == 1)
        #expect(remarks.first?.description.contains("every poll reads every record") == false, "\(remarks)")
        #expect(remarks.first?.right.contains("take it out") == true)
    }

    @Test("says that every poll reads every record where the time of updated_after_utc is always the same")
    func fixedTime() throws {
        let url = "/Contacts/Search?updated_after_utc=2020-01-01&since=${gmtDate}"
        #expect(try URLTemplate(parsing: url).remarks.first?.wrong.contains("every poll reads every record") == true)
    }

    @Test(
        "of the platform's hub means a search of the API",
        arguments: [
            ("/hubs/crm/contacts", "/Contacts/Search"), ("/hubs/crm/accounts", "/Organisations/Search"),
            ("/hubs/crm/leads", "/Leads/Search"), ("/hubs/crm/opportunities", "/Opportunities/Search"),
            ("hubs/crm/products", "/Product/Search"), ("/hubs/crm/Fruit__c", "/Fruit__c/Search"),
            ("/hubs/CRM/Organizations", "/Organisations/Search"),
            ("/hubs/crm/contacts/7/notes", "/Contacts/7/notes"),
        ])
    func hub(url: String, path: String) throws {
        let target = try expanded(url + "?where=updated_after_utc='${gmtDate:yyyy-MM-dd'T'HH:mm:ss'Z'}'")
        #expect(target == RequestTarget(path: path, query: [QueryItem("updated_after_utc", "2018-07-31T19:39:46Z")]))
    }

    @Test(
        "has its where clause read, whatever its dress",
        arguments: [
            "where=updated_after_utc ='${epoch:s}'", "where=updated_after_utc%3D%27${epoch:s}%27",
            "where=updated_after_utc>'${epoch:s}'", "where=DATE_UPDATED_UTC >= '${epoch:s}'",
            "where=updated_after_utc=${epoch:s}", "where=updated_after_utc=\"${epoch:s}\"&pageSize=200&page=1",
            "WHERE=updated_after_utc='${epoch:s}'&skip=5&top=10&count_total=false",
        ])
    func whereClauses(query: String) throws {
        let target = try expanded("/hubs/crm/contacts?" + query)
        #expect(target.query == [QueryItem("updated_after_utc", "1533065986")])
    }

    @Test("joins conditions, and filters by a field as the API does")
    func conditions() throws {
        let clause = "updated_after_utc='${epoch:s}' AND LAST_NAME='O''Brien & Sons' and brief='true'"
        #expect(
            try expanded("/hubs/crm/contacts?where=\(clause)").query == [
                QueryItem("updated_after_utc", "1533065986"), QueryItem("field_name", "LAST_NAME"),
                QueryItem("field_value", "O'Brien & Sons"), QueryItem("brief", "true"),
            ])
    }

    @Test("of the API itself passes through, decoded and without paging")
    func native() throws {
        let target = try expanded("/v3.1/Contacts/Search?updated_after_utc=${epoch:s}&field_value=a%26b+c&top=9&Skip=1")
        #expect(
            target
                == RequestTarget(
                    path: "/Contacts/Search",
                    query: [QueryItem("updated_after_utc", "1533065986"), QueryItem("field_value", "a&b+c")]))
    }

    @Test("that is a plain list with a time becomes a search, since lists ignore the time")
    func plainList() throws {
        #expect(try expanded("/Projects?updated_after_utc=${epoch}").path == "/Projects/Search")
        #expect(try expanded("/Projects").path == "/Projects")
        #expect(try expanded("/Contacts/7/Notes?updated_after_utc=${epoch}").path == "/Contacts/7/Notes")
    }

    @Test(
        "lists everything it can find",
        arguments: [
            ("/Contacts/Search?updated_after_utc=${epoch}", RequestTarget(path: "/Contacts")),
            ("/hubs/crm/accounts?where=updated_after_utc='${epoch}'", RequestTarget(path: "/Organisations")),
            ("/Leads", RequestTarget(path: "/Leads")),
            (
                "/Leads/Search?updated_after_utc=${epoch}&brief=true",
                RequestTarget(path: "/Leads", query: [QueryItem("brief", "true")])
            ),
            (
                "/Leads/Search?updated_after_utc=${epoch}&field_name=Vip__c&field_value=1",
                RequestTarget(
                    path: "/Leads/Search", query: [QueryItem("field_name", "Vip__c"), QueryItem("field_value", "1")])
            ),
        ])
    func listing(url: String, listing: RequestTarget) throws {
        #expect(try URLTemplate(parsing: url).listing == listing)
    }

    @Test("says whether it asks by time")
    func mentionsTime() throws {
        #expect(try URLTemplate(parsing: "/Leads/Search?updated_after_utc=${epoch}").mentionsTime)
        #expect(try !URLTemplate(parsing: "/Leads").mentionsTime)
    }

    @Test(
        "is refused with what would be right",
        arguments: [
            ("", "write a path"), ("?x=1", "write a path"),
            ("https://api.na1.insightly.com/v3.1/Contacts", "write the path alone"),
            ("/Contacts/Search?updated_after_utc=${gmtDate:yyyy", "close it with }"),
            ("/Contacts/Search?updated_after_utc=${now}", "write ${gmtDate:FORMAT}"),
            ("/Contacts/Search?updated_after_utc=${epoch:h}", "write ${epoch:s}"),
            ("/Contacts/Search?field_name=DATE_CREATED_UTC&field_value=${gmtDate}", "write updated_after_utc"),
            ("/hubs/crm/contacts?where=DATE_CREATED_UTC='${gmtDate}'", "write updated_after_utc"),
            ("/Contacts/Search?updated_after_utc=${gmtDate:YYYY-MM-dd}", "write y for the year"),
            ("/Contacts/Search?updated_after_utc=${dateTimeZone:{TimeZone}:yyyy-MM-dd}", "write a zone"),
            ("/calendars/{calendarId}/events", "fill it in"),
            ("/hubs/crm/contacts?where=updated_after_utc='${epoch}", "close it with '"),
            ("/hubs/crm/contacts?where=updated_after_utc", "write where="),
            ("/hubs/crm/contacts?where=updated_after_utc='\\''${epoch}'\\''", "write ' instead"),
            ("/hubs/crm/contacts?where=updated_after_utc='1' or x='2'", "join conditions by and"),
            ("/hubs/crm/contacts?where=LAST_NAME>'A'", "write =, the only comparison"),
            ("/hubs/crm/contacts?where=LAST_NAME='A' and FIRST_NAME='B'", "keep one"),
            ("/Contacts?field_value=100%", "write %25"),
        ])
    func refuses(url: String, hint: String) {
        let fault = #expect(throws: TemplateFault.self) { try URLTemplate(parsing: url) }
        #expect(fault?.description.contains(hint) == true, "\(String(describing: fault))")
    }
}
