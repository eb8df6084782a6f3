// What the query of a list or a search asks for.

import ChangeFeed

struct ListQuery: Equatable {
    /// The most records one page holds; more asked for is no error, and brings no more.
    static let largestPage = 500

    var skip = 0
    var top = 100
    var brief = false
    var countTotal = false
    /// Searches only: the record's field of this name has this value.
    var field: (name: String, value: String)?
    /// Searches only.
    var updatedAfter: Instant?

    /// Reads the parameters, whatever the case of their names. A list does not know those of a search and passes over
    /// them, as the service does with every parameter it does not know.
    init(_ items: [QueryItem], isSearch: Bool) throws(BadRequest) {
        let values = Dictionary(items.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        if let text = values["skip"] { skip = try Self.count(text, "skip") }
        if let text = values["top"] { top = min(try Self.count(text, "top"), Self.largestPage) }
        if let text = values["brief"] { brief = try Self.flag(text, "brief") }
        if let text = values["count_total"] { countTotal = try Self.flag(text, "count_total") }
        guard isSearch else { return }
        if let text = values["updated_after_utc"] {
            guard let time = SearchTime.parse(text) else { throw BadRequest(parameter: "updated_after_utc") }
            updatedAfter = time
        }
        switch (values["field_name"], values["field_value"]) {
        case (let name?, let value?): field = (name, value)
        case (nil, nil): break
        default: throw BadRequest(parameter: "field_name")
        }
    }

    static func == (left: ListQuery, right: ListQuery) -> Bool {
        left.skip == right.skip && left.top == right.top && left.brief == right.brief
            && left.countTotal == right.countTotal && left.updatedAfter == right.updatedAfter
            && left.field?.name == right.field?.name && left.field?.value == right.field?.value
    }

    private static func count(_ text: String, _ parameter: String) throws(BadRequest) -> Int {
        guard let number = Int32(text), number >= 0 else { throw BadRequest(parameter: parameter) }
        return Int(number)
    }

    private static func flag(_ text: String, _ parameter: String) throws(BadRequest) -> Bool {
        switch text.lowercased() {
        case "true": true
        case "false": false
        default: throw BadRequest(parameter: parameter)
        }
    }
}

/// A parameter that the service cannot read; it answers 400.
struct BadRequest: Error, Equatable {
    let parameter: String

    var answer: SimulatedAnswer { .message(400, "The request is invalid. Check the parameter \(parameter).") }
}
