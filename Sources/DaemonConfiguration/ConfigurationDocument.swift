// The file as a whole: flat dotted keys, or the vendor's instance document around them.

import ChangeFeed

/// The members of a configuration by their keys, once wrong keys have been reported.
struct ConfigurationDocument {
    private(set) var members: [String: JSONValue] = [:]
    /// Whether it was `{"element": …, "configuration": {…}}`.
    private(set) var isInstanceDocument = false
    /// `configuration.password` of an instance document, which is the API key there.
    private(set) var instancePassword: JSONValue?
    /// What the instance document calls itself.
    private(set) var instance = ElementsInstance()

    private static let knownKeys = ConfigurationKey.allCases.map(\.rawValue)
    /// What somebody may have meant: no key without a meaning here.
    private static let meantKeys = ConfigurationKey.allCases.filter { $0.standing != .ignored }.map(\.rawValue)

    init?(parsing text: [UInt8], into findings: inout Findings) {
        let document: JSONDocument
        do { document = try JSONDocument(parsing: text) } catch {
            findings.problem(
                "line \(error.line), column \(error.column)", "this is not JSON", "put here \(error.expected)")
            return nil
        }
        for repeated in document.repeatedNames {
            findings.problem(
                repeated.path.joined(separator: "."), "is there twice (again on line \(repeated.line))", "keep one")
        }
        guard case .object(let root) = document.root else {
            findings.problem("line 1", "the file holds \(document.root.shown)", "write an object of keys in braces")
            return nil
        }
        if case .object(let configuration) = root["configuration"] {
            isInstanceDocument = true
            enterInstance(root, configuration, into: &findings)
        } else {
            for member in root.members { take(member, into: &findings) }
        }
    }

    private mutating func enterInstance(
        _ root: JSONObject, _ configuration: JSONObject, into findings: inout Findings
    ) {
        if case .object(let element) = root["element"], case .string(let key) = element["key"],
            key.lowercased() != "insightly"
        {
            findings.problem("element.key", "\"\(key)\" is another service", "write \"insightly\"")
        }
        switch root["id"] {
        case .number(let text), .string(let text): instance.id = Int(text) ?? instance.id
        default: break
        }
        if case .string(let name)? = root["name"], !name.isEmpty { instance.name = name }
        for member in root.members where ConfigurationKey(rawValue: member.name).map({ $0 != .schema }) ?? false {
            findings.problem(member.name, "stands beside \"configuration\"", "move it into \"configuration\"")
        }
        for member in configuration.members {
            switch member.name {
            case "password": instancePassword = member.value
            case "username": break  // The platform asked for one; Insightly has none.
            default: take(member, into: &findings)
            }
        }
    }

    private mutating func take(_ member: JSONObject.Member, into findings: inout Findings) {
        if let key = ConfigurationKey(rawValue: member.name) {
            members[member.name] = member.value
            if key.standing == .ignored, key != .schema, !member.value.isBlank {
                findings.warning(member.name, "has no meaning here", "take it out, or leave it: it does nothing")
            }
        } else if case .object(let object) = member.value, isPrefix(member.name) {
            reportNested(object, under: member.name, into: &findings)
        } else if member.name == "password" {
            findings.problem(
                member.name, "is a key of the vendor's instance documents only",
                "write the API key as \"\(ConfigurationKey.apiKey.rawValue)\"")
        } else {
            let nearest = nearestName(to: member.name, among: Self.meantKeys) ?? ""
            findings.problem(member.name, "is not a known key", "the nearest known one is \"\(nearest)\"")
        }
    }

    private func isPrefix(_ name: String) -> Bool {
        Self.knownKeys.contains { $0.hasPrefix(name + ".") }
    }

    /// Says which flat keys a nested object should have been.
    private func reportNested(_ object: JSONObject, under prefix: String, into findings: inout Findings) {
        if object.members.isEmpty {
            findings.problem(prefix, "is an object; keys are flat here", "leave it out")
        }
        for member in object.members {
            let name = "\(prefix).\(member.name)"
            if case .object(let inner) = member.value, isPrefix(name) {
                reportNested(inner, under: name, into: &findings)
            } else if ConfigurationKey(rawValue: name) != nil {
                findings.problem(prefix, "is an object; keys are flat here", "write \"\(name)\": …")
            } else {
                let nearest = nearestName(to: name, among: Self.meantKeys) ?? ""
                findings.problem(
                    name, "is not a known key", "the nearest known one is \"\(nearest)\", written flat")
            }
        }
    }
}
