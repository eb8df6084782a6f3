// The `where` of a hub URL: `updated_after_utc='…' and FIRST_NAME='Ada'`, turned into parameters of the API.

/// The conditions of a where clause, as query items; values may still hold templates.
struct WhereClause {
    let items: [(name: String, value: String)]

    init(parsing clause: String) throws(TemplateFault) {
        if clause.contains("'\\''") {
            throw TemplateFault(wrong: "the where clause has the quotes of a shell, '\\''", right: "write ' instead")
        }
        var rest = clause[...]
        var items: [(name: String, value: String)] = []
        while true {
            items += try WhereClause.condition(&rest)
            rest = rest.drop { $0 == " " }
            if rest.isEmpty { break }
            guard rest.lowercased().hasPrefix("and ") else {
                throw TemplateFault(
                    wrong:
                        "the where clause goes on with \"\(HeldTemplates.shown(rest.prefix(20)))\" behind a condition",
                    right: "join conditions by and, such as NAME='VALUE' and NAME='VALUE'")
            }
            rest = rest.dropFirst(4)
        }
        guard items.count(where: { $0.name == "field_name" }) <= 1 else {
            throw TemplateFault(
                wrong: "the where clause filters by more than one field",
                right: "keep one: Insightly filters by one only")
        }
        self.items = items
    }

    private static func condition(_ rest: inout Substring) throws(TemplateFault) -> [(name: String, value: String)] {
        rest = rest.drop { $0 == " " }
        let name = String(rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        rest = rest.dropFirst(name.count).drop { $0 == " " }
        let comparison = String(rest.prefix { "=<>!".contains($0) })
        rest = rest.dropFirst(comparison.count).drop { $0 == " " }
        guard !name.isEmpty, !comparison.isEmpty else {
            throw TemplateFault(
                wrong: "the where clause does not read as NAME='VALUE'",
                right: "write where=updated_after_utc='${gmtDate:yyyy-MM-dd HH:mm:ss}'")
        }
        return try parameters(name: name, comparison: comparison, value: try value(&rest))
    }

    /// A text in quotes, in which two quotes are one; or a word without any.
    private static func value(_ rest: inout Substring) throws(TemplateFault) -> String {
        guard let quote = rest.first, quote == "'" || quote == "\"" else {
            let word = rest.prefix { $0 != " " }
            rest = rest.dropFirst(word.count)
            return String(word)
        }
        rest.removeFirst()
        var value = ""
        while let character = rest.popFirst() {
            guard character == quote else {
                value.append(character)
                continue
            }
            guard rest.first == quote else { return value }
            value.append(rest.removeFirst())
        }
        throw TemplateFault(wrong: "the where clause has a quote that is not closed", right: "close it with \(quote)")
    }

    /// The API knows one comparison of time and otherwise equality with one field. Names in lower case are its own
    /// parameters; fields are written in capitals or end in `__c`.
    private static func parameters(
        name: String, comparison: String, value: String
    ) throws(TemplateFault) -> [(name: String, value: String)] {
        let isTime = name.lowercased() == URLTemplate.updatedAfter || name == "DATE_UPDATED_UTC"
        if isTime, ["=", ">", ">="].contains(comparison) { return [(URLTemplate.updatedAfter, value)] }
        guard comparison == "=", !isTime else {
            throw TemplateFault(
                wrong: "the where clause compares \(name) by \(comparison)",
                right: "write =, the only comparison that Insightly makes")
        }
        let isField = name.hasSuffix("__c") || name == name.uppercased()
        return isField ? [("field_name", name), ("field_value", value)] : [(name, value)]
    }
}
