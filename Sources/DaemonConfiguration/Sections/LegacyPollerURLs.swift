// `event.poller.urls`: the platform's first way to name what is polled, a line of fields between bars per resource.

enum LegacyPollerURLs {
    /// The fields behind resource and URL, as they are called today; the third is an XPath that nobody needs.
    private static let dates: [DatesKey] = [
        .updatedDateField, .updatedDateFormat, .updatedDateTimezone, .createdDateField, .createdDateFormat,
        .createdDateTimezone,
    ]

    /// Blocks as `event.poller.configuration` would have them.
    ///
    /// A line is `resource|url|xPath|updatedDateField|…`; names alone, one a line or between bars, are meant as
    /// built-in resources.
    static func blocks(_ value: JSONValue) throws(ValueFault) -> JSONObject {
        let text = try value.asText()
        var blocks = JSONObject()
        for line in text.split(whereSeparator: \.isNewline).map(\.trimmed) where !line.isEmpty {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(\.trimmed)
            guard fields.count > 1, fields[1].contains("/") else {
                for name in fields where !name.isEmpty {
                    blocks.members.append(JSONObject.Member(name: name, value: .object(JSONObject())))
                }
                continue
            }
            guard !fields[0].isEmpty, fields.count <= 3 + dates.count else {
                throw ValueFault(
                    wrong: "\"\(line.prefix(40))…\" is not a line of the old form",
                    right: "write \(ConfigurationKey.pollerConfiguration.rawValue) instead")
            }
            blocks.members.append(JSONObject.Member(name: fields[0], value: .object(block(fields))))
        }
        return blocks
    }

    private static func block(_ fields: [String]) -> JSONObject {
        var block = JSONObject()
        block.members.append(.init(name: ResourceBlockKey.url.rawValue, value: .string(fields[1])))
        var dates = JSONObject()
        for (key, field) in zip(Self.dates, fields.dropFirst(3)) where !field.isEmpty {
            dates.members.append(.init(name: key.rawValue, value: .string(field)))
        }
        block.members.append(.init(name: ResourceBlockKey.datesConfiguration.rawValue, value: .object(dates)))
        return block
    }
}
