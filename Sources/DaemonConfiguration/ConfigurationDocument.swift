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

    /// What the list of endpoints is called in messages.
    private(set) var placeOfEndpoints = ConfigurationKey.endpoints.rawValue
    /// The endpoints of the file around an account's block, as far as they get the account's events.
    private(set) var sharedEndpoints: [(place: String, block: JSONValue)] = []

    /// Keys of the platform that are not about polling.
    private var foreignKeys: [String] = []

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
        if let configuration = Self.listed(document.root, at: "line 1", into: &findings) {
            isInstanceDocument = true
            enterInstance(JSONObject(), configuration, into: &findings)
            return
        }
        guard case .object(let root) = document.root else {
            findings.problem("line 1", "the file holds \(document.root.shown)", "write an object of keys in braces")
            return nil
        }
        if let configuration = Self.configuration(of: root, into: &findings) {
            isInstanceDocument = true
            enterInstance(root, configuration, into: &findings)
        } else {
            for member in root.members { take(member, into: &findings) }
        }
    }

    /// The part of the file that is about one account: its block over the keys of the file. Endpoints of the file get its
    /// events as well, unless they name other accounts.
    func document(of account: AccountBlock) -> ConfigurationDocument {
        var document = self
        let endpoints = ConfigurationKey.endpoints.rawValue
        document.members[endpoints] = nil
        document.placeOfEndpoints = "\(account.place).\(endpoints)"
        if case .list(let list)? = members[endpoints] {
            document.sharedEndpoints = list.enumerated().compactMap { index, block in
                guard block.admits(account: account.name) else { return nil }
                return ("\(endpoints)[\(index)]", block)
            }
        } else {
            document.members[endpoints] = members[endpoints]
        }
        for member in account.members where ConfigurationKey(rawValue: member.name)?.isOfAccount == true {
            document.members[member.name] = member.value
        }
        for key in [ConfigurationKey.accounts, .accountsDirectory] { document.members[key.rawValue] = nil }
        return document
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
        guard !foreignKeys.isEmpty else { return }
        let shown = foreignKeys.prefix(3).joined(separator: ", ")
        let more = foreignKeys.count > 3 ? " and \(foreignKeys.count - 3) more" : ""
        let count = foreignKeys.count == 1 ? "one key" : "\(foreignKeys.count) keys"
        findings.warning(
            "configuration", "has \(count) without a meaning here: \(shown)\(more)",
            "take them out, or leave them: they do nothing")
    }

    /// The configuration in an instance document, in whichever form; nil where there is none.
    private static func configuration(of root: JSONObject, into findings: inout Findings) -> JSONObject? {
        guard let value = root["configuration"] else { return nil }
        if case .object(let configuration) = value { return configuration }
        return listed(value, at: "configuration", into: &findings)
    }

    /// `[{"key": "password", "propertyValue": "…"}]`, as the platform lists the configuration of an instance; nil for
    /// what is no such list.
    private static func listed(_ value: JSONValue, at place: String, into findings: inout Findings) -> JSONObject? {
        guard case .list(let elements) = value,
            elements.contains(where: { element in
                if case .object(let object) = element { object["key"] != nil } else { false }
            })
        else { return nil }
        var configuration = JSONObject()
        for (index, element) in elements.enumerated() {
            guard case .object(let object) = element, case .string(let key)? = object["key"], !key.isEmpty else {
                findings.problem(
                    "\(place)[\(index)]", "is no key and its value",
                    #"write {"key": "…", "propertyValue": "…"}, or take it out"#)
                continue
            }
            if configuration[key] != nil { findings.problem(key, "is there twice", "keep one") }
            configuration.members.append(.init(name: key, value: object["propertyValue"] ?? .null))
        }
        return configuration
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
        } else if isForeign(member.name) {
            foreignKeys.append(member.name)
        } else {
            findings.problem(
                member.name, "is not a known key", rightKey(for: member.name, among: Self.meantKeys))
        }
    }

    /// Whether it is one of the platform's many keys that are not about polling, and no slip of the hand.
    private func isForeign(_ name: String) -> Bool {
        isInstanceDocument && nearestName(to: name, among: Self.meantKeys) == nil
            && !["insightly.", "store.", "admin.", "hint.", "log."].contains(where: name.hasPrefix)
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
                findings.problem(
                    name, "is not a known key", rightKey(for: name, among: Self.meantKeys, ", written flat"))
            }
        }
    }
}

extension JSONValue {
    /// Whether an endpoint's block wants events of this account. What is no list of names is reported elsewhere.
    fileprivate func admits(account: String) -> Bool {
        guard case .object(let block) = self, case .list(let wanted)? = block[EndpointKey.accounts.rawValue] else {
            return true
        }
        return wanted.contains(.string(account))
    }
}
