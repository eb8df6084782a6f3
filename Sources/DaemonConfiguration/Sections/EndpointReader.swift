// One endpoint: its own block of `event.notification.endpoints` over the keys of the file, or those keys alone.

import ChangeFeed

/// Reads the settings of one endpoint.
struct EndpointReader {
    struct Block {
        /// `event.notification.endpoints[0]`
        let place: String
        let object: JSONObject
    }

    /// What was written for a key, and where.
    struct Given {
        let value: JSONValue
        let place: String
    }

    var settings: SettingsReader
    /// Nil for the endpoint of `event.notification.callback.url`.
    let block: Block?
    /// All that are polled; nil where that is not known.
    let resources: [ResourcePlan]?
    /// False where the file has endpoints and no callback: its keys are read for what is wrong with them, and for others.
    var isUsed = true

    /// As far as it has been read.
    private(set) var endpointName: String?

    /// The endpoint; nil where it has problems that leave none.
    mutating func endpoint() -> EndpointSettings? {
        checkKeys()
        if !isUsed { warnOfUnusedKeys() }
        let name = name()
        endpointName = name
        let networks = allowedNetworks()
        let url = url(within: networks)
        let headers = headers()
        let credentials = basicCredentials()
        if credentials != nil, headers.contains(where: { $0.name.lowercased() == "authorization" }) {
            problem(.headers, "has Authorization beside Basic credentials", "keep one of the two")
        }
        let keys = signatureKeys()
        let format = format()
        if format == .cloudElements, keys.count == signatureKeysGiven, !keys.contains(where: { $0.scheme == .shared }) {
            problem(
                .signatureKey, "has no shared key, and format cloud-elements is signed with one",
                "add one to the list: insightly-webhooks secret")
        }
        let endpoint = EndpointSettings(
            name: name ?? "", url: url ?? "", headers: headers, basicCredentials: credentials, signatureKeys: keys,
            format: format, rules: rules(), allowedNetworks: networks,
            timeout: value(.timeout) { value throws(ValueFault) in try value.asDuration(zeroAllowed: false) },
            concurrency: value(.concurrency) { value throws(ValueFault) in
                try value.asInteger("a number from 1 to 256", in: 1...256, right: "write a whole number such as 4")
            },
            requestsPerSecond: requestsPerSecond(),
            retrySchedule: retrySchedule(), certificates: certificates())
        return name == nil || url == nil || keys.isEmpty ? nil : endpoint
    }

    // MARK: - Looking keys up

    func given(_ key: EndpointKey) -> Given? {
        if let block {
            if let value = block.object[key.rawValue], !value.isNull {
                return Given(value: value, place: "\(block.place).\(key.rawValue)")
            }
            guard key.isInherited else { return nil }
        }
        guard let ofFile = key.ofCallback, let value = settings.given(ofFile) else { return nil }
        // The vendor's documents write "false" for no callback.
        if ofFile == .callbackURL, value == .string("false") || value == .bool(false) { return nil }
        return Given(value: value, place: ofFile.rawValue)
    }

    /// Where a problem of this key is reported, whether or not it is there.
    func place(_ key: EndpointKey) -> String {
        if let given = given(key) { return given.place }
        if let block { return "\(block.place).\(key.rawValue)" }
        return key.ofCallback?.rawValue ?? key.rawValue
    }

    mutating func problem(_ key: EndpointKey, _ wrong: String, _ right: String) {
        settings.findings.problem(place(key), wrong, right)
    }

    /// The value of a key without default.
    mutating func optional<Value>(
        _ key: EndpointKey, _ conversion: (JSONValue) throws(ValueFault) -> Value
    ) -> Value? {
        given(key).flatMap { settings.findings.convert($0.value, at: $0.place, conversion) }
    }

    /// The value of a key that has one in the file, whose default also stands in for what is a problem.
    mutating func value<Value>(
        _ key: EndpointKey, _ conversion: (JSONValue) throws(ValueFault) -> Value
    ) -> Value {
        if let value = optional(key, conversion) { return value }
        guard let ofFile = key.ofCallback else { preconditionFailure("\(key.rawValue) has no default") }
        return settings.defaultValue(of: ofFile, conversion)
    }

    private mutating func checkKeys() {
        guard let block else { return }
        let known = EndpointKey.allCases.map(\.rawValue)
        for member in block.object.members where EndpointKey(rawValue: member.name) == nil {
            settings.findings.problem(
                "\(block.place).\(member.name)", "is not a known key", rightKey(for: member.name, among: known))
        }
    }

    /// What is for one receiver alone is of no use without it.
    private mutating func warnOfUnusedKeys() {
        for key in EndpointKey.allCases where !key.isInherited && key != .url && given(key) != nil {
            settings.findings.warning(
                place(key), "is for \(ConfigurationKey.callbackURL.rawValue) alone, which is not given",
                "move it into the block of the endpoint that it is meant for")
        }
    }

    // MARK: - Name and address

    private mutating func name() -> String? {
        guard let block else { return EndpointSettings.nameOfCallback }
        let right = "write a short name such as \"crm\": letters, digits, - and _"
        guard given(.name) != nil else {
            settings.findings.problem("\(block.place).name", "is missing", right)
            return nil
        }
        return optional(.name) { value throws(ValueFault) in
            guard case .string(let name) = value, (1...64).contains(name.utf8.count),
                name.utf8.allSatisfy({
                    (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || "-_".utf8.contains($0)
                })
            else { throw ValueFault(wrong: "\(value.shown) is not a name of an endpoint", right: right) }
            return name
        }
    }

    private mutating func url(within networks: [IPNetwork]) -> String? {
        if let block, given(.url) == nil {
            settings.findings.problem(
                "\(block.place).url", "is missing", "write the https URL that events are to be POSTed to")
        }
        let ofNetworks = place(.allowedNetworks)
        let address = optional(.url) { value throws(ValueFault) in
            let address = try WebAddress(value, example: "https://example.com/insightly", queryAllowed: true)
            guard address.isHTTPS || address.lies(in: networks) else {
                guard address.isRefused(allowing: networks) else {
                    throw ValueFault(
                        wrong: "is http, and \(address.host) is no address of a private network",
                        right: "write https; http is for literal addresses inside \(ofNetworks)")
                }
                throw ValueFault(
                    wrong: "is http, and \(address.host) is not inside allowed networks",
                    right: "add its network to \(ofNetworks), as [\"127.0.0.0/8\"] for this machine, or write https")
            }
            return address
        }
        if let address, Placeholder.mayBeIn(queryOf: address.text) {
            settings.findings.warning(
                place(.url), "has %3C and %3E behind its ?, as of a place to fill in",
                "write what belongs there, if it is one; it is sent as it is")
        }
        if let address, address.isRefused(allowing: networks) {
            settings.findings.warning(
                place(.url), "leads to \(address.host), which is not public: nothing will be sent there",
                "allow its network in \(place(.allowedNetworks)), if it is meant")
        }
        return address?.text
    }

    private mutating func allowedNetworks() -> [IPNetwork] {
        let right = "write a list such as [\"10.0.0.0/8\", \"fd00::/8\"]"
        let list = value(.allowedNetworks) { value throws(ValueFault) -> [JSONValue] in
            guard case .list(let list) = value else {
                throw ValueFault(wrong: "\(value.shown) is not a list of networks", right: right)
            }
            return list
        }
        return settings.findings.convertEach(list, at: place(.allowedNetworks)) { element throws(ValueFault) in
            guard case .string(let text) = element, let range = IPNetwork(text.trimmed) else {
                throw ValueFault(wrong: "\(element.shown) is not a network", right: right)
            }
            return range
        }
    }

    // MARK: - How patiently

    private mutating func format() -> NotificationFormat {
        if given(.format) == nil, settings.document.isInstanceDocument { return .cloudElements }
        return value(.format) { value throws(ValueFault) in try value.asChoice(of: NotificationFormat.self) }
    }

    private mutating func requestsPerSecond() -> Double? {
        // Null is a value here: no cap, whatever the file says.
        if block?.object[EndpointKey.requestsPerSecond.rawValue] == .null { return nil }
        return optional(.requestsPerSecond) { value throws(ValueFault) in
            try value.asNumber(
                "a number of requests, 0.001 or more", most: 100_000, where: { $0 >= 0.001 },
                right: "write a number such as 10, or null for no cap")
        }
    }

    private mutating func retrySchedule() -> RetrySchedule {
        let waits = value(.retrySchedule) { value throws(ValueFault) -> [JSONValue]? in
            if value == .string("standard") { return nil }
            guard case .list(let waits) = value else {
                throw ValueFault(
                    wrong: "\(value.shown) is not a list of durations",
                    right: "write \"standard\" or a list such as [\"5s\", \"1m\", \"1h\"]")
            }
            return waits
        }
        guard let waits else { return .standard }
        return RetrySchedule(
            waits: settings.findings.convertEach(waits, at: place(.retrySchedule)) {
                value throws(ValueFault) in try value.asDuration()
            })
    }
}
