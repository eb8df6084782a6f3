// A list of records behind the API's shape, in memory, so that a lane can be led through a whole life.

import ChangeFeed

/// One resource as the API serves it; time is what the test says it is.
struct ScriptedAPI {
    struct Record {
        var id: Int
        var name: String
        var created: Instant
        var updated: Instant
    }

    var records: [Record] = []
    /// The server's clock runs this far from the test's.
    var clockOffset: Duration = .zero
    private(set) var requests: [APIRequest] = []

    /// Records that were made, and changed last, at one time.
    static func holding(_ count: Int, since longAgo: Instant) -> ScriptedAPI {
        ScriptedAPI(records: (0..<count).map { .init(id: $0 + 1, name: "A", created: longAgo, updated: longAgo) })
    }

    /// Without an updated_after_utc the whole list; with it, strictly after.
    mutating func answer(_ request: APIRequest, at now: Instant) -> APIResult {
        requests.append(request)
        let items = Dictionary(uniqueKeysWithValues: request.target.query.map { ($0.name, $0.value) })
        var matches = records.sorted { $0.id < $1.id }
        if let since = items["updated_after_utc"].flatMap(Int64.init).map(Instant.init(secondsSince1970:)) {
            matches.removeAll { $0.updated <= since }
        }
        let skip = items["skip"].flatMap { Int($0) } ?? 0
        let top = items["top"].flatMap { Int($0) } ?? 100
        let page = matches.dropFirst(skip).prefix(top)
        var response = APIResponse(
            status: 200, body: Array("[\(page.map(Self.json).joined(separator: ","))]".utf8), duration: .zero)
        response.date = (now + clockOffset).wholeSecond
        response.totalCount = matches.count
        return .success(response)
    }

    static let pattern = DatePattern.insightly

    static func json(_ record: Record) -> String {
        """
        {"CONTACT_ID":\(record.id),"LAST_NAME":"\(record.name)",\
        "DATE_CREATED_UTC":"\(pattern.format(record.created))","DATE_UPDATED_UTC":"\(pattern.format(record.updated))"}
        """
    }

    static func plan(_ name: String = "contacts", pageSize: Int = 2, interval: Duration = .minutes(15)) -> ResourcePlan
    {
        var plan = ResourcePlan(
            name: ResourceName(name), typeName: "contact",
            search: try! URLTemplate(parsing: "/Contacts/Search?updated_after_utc=${epoch:s}"),
            listing: RequestTarget(path: "/Contacts"), idField: FieldPath("CONTACT_ID"),
            updatedDate: DateField(path: FieldPath("DATE_UPDATED_UTC"), pattern: .insightly),
            createdDate: DateField(path: FieldPath("DATE_CREATED_UTC"), pattern: .insightly),
            interval: .every(interval))
        plan.pageSize = pageSize
        return plan
    }
}
