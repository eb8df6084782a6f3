// Paths into a record as configurations write them: `CONTACT_ID`, `user.id`, `['Modified Time']`, `$.meta.id`.

import ChangeFeed

extension FieldPath {
    init(_ value: JSONValue) throws(ValueFault) {
        let right = "write a field's name such as CONTACT_ID, or a path such as user.id or ['Modified Time']"
        guard case .string(let text) = value else {
            throw ValueFault(wrong: "\(value.shown) is not a path", right: right)
        }
        var rest = text.trimmed[...]
        if rest.hasPrefix("$.") || rest.hasPrefix("$[") { rest = rest.dropFirst() }
        var members: [String] = []
        while !rest.isEmpty {
            if rest.hasPrefix(".") { rest = rest.dropFirst() }
            guard let member = FieldPath.member(&rest) else {
                throw ValueFault(wrong: "\(value.shown) is not a path", right: right)
            }
            members.append(member)
        }
        guard !members.isEmpty else { throw ValueFault(wrong: "\(value.shown) is not a path", right: right) }
        self.init(members: members)
    }

    private static func member(_ rest: inout Substring) -> String? {
        guard rest.first == "[" else {
            let name = rest.prefix { !".[]'\"".contains($0) }
            rest = rest.dropFirst(name.count)
            return name.isEmpty ? nil : String(name)
        }
        guard let quote = rest.dropFirst().first, quote == "'" || quote == "\"" else { return nil }
        let name = rest.dropFirst(2).prefix { $0 != quote }
        guard !name.isEmpty, rest.dropFirst(2 + name.count).hasPrefix("\(quote)]") else { return nil }
        rest = rest.dropFirst(name.count + 4)
        return String(name)
    }
}
