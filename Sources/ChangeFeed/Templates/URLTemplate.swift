// A poll URL with places for the time of the last poll, understood once and then filled in for each poll.

/// Where the changed records of a resource are found.
///
/// Written either as the API has it, `/Contacts/Search?updated_after_utc=${gmtDate:…}`, or as the vendor's integration
/// platform had it, `/hubs/crm/contacts?where=updated_after_utc='${gmtDate:…}'`; both mean the same request.
package struct URLTemplate: Sendable, Hashable, CustomStringConvertible {
    /// As configured.
    package let text: String
    private let path: TemplatedText
    private let query: [TemplatedItem]
    /// What works, but probably not as meant.
    package let remarks: [TemplateFault]

    private struct TemplatedItem: Sendable, Hashable {
        let name: String
        let value: TemplatedText
    }

    /// The API's only way to ask by time. A plain list ignores it without a word.
    static let updatedAfter = "updated_after_utc"
    /// What makes a request a search; the API takes `field_name` and `field_value` together.
    private static let filters: Set = [updatedAfter, "field_name", "field_value"]
    /// Set by the poller for each page.
    private static let paging: Set = ["skip", "top", "count_total"]
    /// Paging and sorting as the platform's hub had it; Insightly has none of these.
    private static let hubPaging: Set = ["pagesize", "page", "nextpage", "orderby", "includedeleted"]

    package init(parsing text: String) throws(TemplateFault) {
        self.text = text
        let held = try HeldTemplates(parsing: text)
        if held.text.contains("://") {
            throw TemplateFault(
                wrong: "\"\(text.prefix(60))\" names a server", right: "write the path alone, such as /Contacts/Search")
        }
        let parts = held.text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path = try URLTemplate.decoded(parts[0])
        guard !path.isEmpty, !path.contains(" ") else {
            throw TemplateFault(
                wrong: "\"\(text.prefix(60))\" has no path", right: "write a path such as /Contacts/Search")
        }
        guard !path.split(separator: "/").contains("..") else {
            throw TemplateFault(
                wrong: "\"\(text.prefix(60))\" leads out of the API", right: "write a path such as /Contacts/Search")
        }
        let isHub = URLTemplate.enterHub(&path)
        var items = try URLTemplate.items(of: parts.count > 1 ? parts[1] : "", isHub: isHub)
        items.removeAll { item in
            let name = item.name.lowercased()
            return URLTemplate.paging.contains(name) || isHub && URLTemplate.hubPaging.contains(name)
        }
        let isPlainList = path.split(separator: "/").count == 1
        if isPlainList, items.contains(where: { URLTemplate.filters.contains($0.name.lowercased()) }) {
            path += path.hasSuffix("/") ? "Search" : "/Search"
        }
        self.path = held.templated(path)
        var remarks: [TemplateFault] = []
        var query: [TemplatedItem] = []
        let asksByTime = items.contains {
            $0.name.lowercased() == URLTemplate.updatedAfter && held.templated($0.value).mentionsTime
        }
        for item in items {
            let given = held.templated(item.value)
            let value = try URLTemplate.value(given, of: item.name, asksByTime: asksByTime, &remarks)
            query.append(TemplatedItem(name: item.name, value: value))
        }
        if self.path.mentionsTime { remarks.append(URLTemplate.unreadTime("the path", asksByTime: asksByTime)) }
        self.query = query
        self.remarks = remarks
    }

    /// A parameter's value as it has to be written for what Insightly makes of it.
    private static func value(
        _ given: TemplatedText, of name: String, asksByTime: Bool, _ remarks: inout [TemplateFault]
    ) throws(TemplateFault) -> TemplatedText {
        guard given.mentionsTime else { return given }
        switch name.lowercased() {
        case updatedAfter:
            let time = try RequestTime(given)
            remarks += time.remarks
            return time.text
        case "field_value":
            throw TemplateFault(
                wrong: "it asks for records with exactly the time of the last poll in a field, of which there are none",
                right: "write updated_after_utc, the only parameter that Insightly compares a time with")
        default:
            remarks.append(unreadTime("\"\(name)\"", asksByTime: asksByTime))
            return given
        }
    }

    /// - Parameter asksByTime: whether the time stands where Insightly looks for it as well.
    private static func unreadTime(_ place: String, asksByTime: Bool) -> TemplateFault {
        let wrong = "the time of the last poll stands in \(place), where Insightly does not look for one"
        guard !asksByTime else {
            return TemplateFault(wrong: wrong, right: "take it out there: polls ask by \(updatedAfter) alone")
        }
        return TemplateFault(
            wrong: "\(wrong); without \(updatedAfter), every poll reads every record",
            right: "write \(updatedAfter)=${gmtDate:\(DatePattern.iso8601.pattern)}")
    }

    /// Fills in the time of the last poll.
    package func expanded(at instant: Instant) -> RequestTarget {
        RequestTarget(
            path: path.expanded(at: instant),
            query: query.map { QueryItem($0.name, $0.value.expanded(at: instant)) })
    }

    /// What finds all records this template can ever find, whatever the time: the plain list, or the search with the
    /// filters that do not depend on time.
    package var listing: RequestTarget {
        let lasting = query.filter { !$0.value.mentionsTime }
        var target = RequestTarget(
            path: path.expanded(at: Instant(secondsSince1970: 0)),
            query: lasting.map { QueryItem($0.name, $0.value.expanded(at: Instant(secondsSince1970: 0))) })
        let isFiltered = lasting.contains { URLTemplate.filters.contains($0.name.lowercased()) }
        if !isFiltered, target.path.lowercased().hasSuffix("/search") { target.path.removeLast("/search".count) }
        return target
    }

    /// Whether a poll asks for less than everything.
    package var mentionsTime: Bool { path.mentionsTime || query.contains { $0.value.mentionsTime } }

    package var description: String { text }
}

extension URLTemplate {
    /// Replaces `/hubs/crm/accounts` by `/Organisations`, and gives any path its leading slash.
    private static func enterHub(_ path: inout String) -> Bool {
        var members = path.split(separator: "/").map(String.init)
        let isHub = members.first?.lowercased() == "hubs" && members.count >= 3
        if isHub {
            members.removeFirst(2)
            members[0] = InsightlyObject.named(members[0])?.path ?? members[0]
        }
        if members.first?.lowercased() == "v3.1" { members.removeFirst() }
        path = "/" + members.joined(separator: "/")
        return isHub
    }

    private static func items(
        of query: Substring, isHub: Bool
    ) throws(TemplateFault) -> [(name: String, value: String)] {
        var items: [(name: String, value: String)] = []
        for part in pieces(of: query) where !part.isEmpty {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try decoded(sides[0])
            let value = try decoded(sides.count > 1 ? sides[1] : "")
            items += name.lowercased() == "where" ? try WhereClause(parsing: value).items : [(name, value)]
        }
        return items
    }

    /// The query split at its ampersands, except those inside the quotes of a where clause.
    private static func pieces(of query: Substring) -> [String] {
        var pieces = [""]
        var isQuoted = false
        for character in query {
            if character == "'", pieces[pieces.count - 1].lowercased().hasPrefix("where=") { isQuoted.toggle() }
            if character == "&", !isQuoted {
                pieces.append("")
            } else {
                pieces[pieces.count - 1].append(character)
            }
        }
        return pieces
    }

    /// Undoes percent-encoding. A plus sign stays one: this is not a form.
    private static func decoded(_ text: Substring) throws(TemplateFault) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            rest = rest.dropFirst(2)
            guard digits.count == 2, digits.first != UInt8(ascii: "+"),
                let decoded = UInt8(String(Substring(digits)), radix: 16)
            else {
                throw TemplateFault(
                    wrong: "\"\(HeldTemplates.shown(text.prefix(60)))\" has a % that begins no encoded character",
                    right: "write %25 for a percent sign")
            }
            bytes.append(decoded)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
