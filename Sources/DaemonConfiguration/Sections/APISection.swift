// The `insightly.*` keys: where the API is, and how much of it may be used.

import ChangeFeed

extension SettingsReader {
    mutating func api() -> APISettings? {
        let pod = optional(.pod) { value throws(ValueFault) in try SettingsReader.pod(value) }
        let base = optional(.baseURL) { value throws(ValueFault) in try SettingsReader.baseURL(value) }
        if isEnabled, given(.pod) == nil, given(.baseURL) == nil {
            findings.warning(
                ConfigurationKey.pod.rawValue,
                "is missing; api.insightly.com is called, which may answer 404 to everything",
                "write the pod in your API URL, such as \"na1\"")
        }
        if given(.pod) != nil, given(.baseURL) != nil {
            findings.warning(
                ConfigurationKey.pod.rawValue, "is not used beside \(ConfigurationKey.baseURL.rawValue)",
                "keep one of the two")
        }
        let podless = pod.map { "https://api.\($0).insightly.com/v3.1/" } ?? APISettings.addressWithoutPod
        if let base { warnOfVersion(in: base) }
        let rate = value(.requestsPerSecond) { value throws(ValueFault) in
            try value.asNumber(
                "a number of requests, 0.001 or more", most: 100_000, where: { $0 >= 0.001 },
                right: "write a number such as 5")
        }
        if rate > 10, given(.baseURL) == nil {
            problem(
                .requestsPerSecond, "\(rate) is more than Insightly allows",
                "write 10 or less; more only together with \"\(ConfigurationKey.baseURL.rawValue)\"")
        }
        let share = value(.quotaShare) { value throws(ValueFault) in
            try value.asNumber("a share from 0 to 1", where: { (0...1).contains($0) }, right: "write one such as 0.8")
        }
        if share == 0, isEnabled {
            findings.warning(
                ConfigurationKey.quotaShare.rawValue, "is 0: no request will ever be made",
                "write a share above 0, such as 0.8")
        }
        let limit = optional(.dailyLimit) { value throws(ValueFault) in
            try value.asInteger(
                "a number of requests a day", in: 1...1_000_000_000, right: "write a whole number such as 60000")
        }
        if let limit, share > 0, Double(limit) * share < 1, isEnabled {
            findings.warning(
                ConfigurationKey.quotaShare.rawValue,
                "leaves no whole request of \(limit) a day: none will ever be made",
                "write a larger share, such as 0.8")
        }
        return apiKey().map {
            APISettings(
                baseURL: base ?? podless, apiKey: $0, requestsPerSecond: rate, quotaShare: share, dailyLimit: limit)
        }
    }

    private mutating func apiKey() -> Secret? {
        let password = document.instancePassword.flatMap { $0.isBlank ? nil : $0 }
        let name = ConfigurationKey.apiKey.rawValue
        let place = given(.apiKey) == nil && password != nil ? "password" : name
        let problemsBefore = findings.problems.count
        if password != nil, given(.apiKey) != nil {
            findings.warning("password", "is not used beside \(name)", "keep one of the two")
        }
        let bytes =
            if let given = given(.apiKey) {
                secret(given, at: name)
            } else if let password {
                secret(password, at: place)
            } else {
                unwritten(.apiKey, credential: "insightly-api-key", environment: "INSIGHTLY_API_KEY")
            }
        guard let bytes else {
            if findings.problems.count == problemsBefore {
                missing(
                    .apiKey,
                    "write it, or give the \(sources.advised("insightly-api-key")) or the variable INSIGHTLY_API_KEY")
            }
            return nil
        }
        let source = "copy the key from User Settings of Insightly"
        let elsewhere = ", or take it out and give the credential insightly-api-key or the variable INSIGHTLY_API_KEY"
        guard isFilledIn(bytes, at: place, right: source + elsewhere) else { return nil }
        guard !bytes.isEmpty, bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") }),
            bytes.first != UInt8(ascii: "<")
        else {
            findings.problem(
                place, "is not an API key: it is empty, or has spaces, colons, brackets or foreign letters", source)
            return nil
        }
        return Secret(bytes)
    }

    /// A proxy may add the version; nothing else does.
    private mutating func warnOfVersion(in base: String) {
        guard !base.lowercased().hasSuffix("/v3.1/") else { return }
        let last = base.split(separator: "/").last.map { $0.lowercased() } ?? ""
        let isVersion = last.first == "v" && last.dropFirst().first?.isNumber == true
        findings.warning(
            ConfigurationKey.baseURL.rawValue,
            isVersion ? "ends in /\(last)/, which is not the version that is read" : "does not end in /v3.1/",
            "write the version too, as in https://api.na1.insightly.com/v3.1/, unless a proxy adds it")
    }

    private static func pod(_ value: JSONValue) throws(ValueFault) -> String {
        let text = try value.asText().lowercased()
        // The whole URL is what User Settings shows.
        let pod = InsightlyAddress.pod(in: text) ?? text
        let digits = pod.drop { ("a"..."z").contains($0) }
        let isPod = digits.count < pod.count && !digits.isEmpty && digits.allSatisfy { ("0"..."9").contains($0) }
        guard isPod, pod.count <= 10 else {
            throw ValueFault(wrong: "\(value.shown) is not a pod", right: "write letters and a number, such as \"na1\"")
        }
        return pod
    }

    private static func baseURL(_ value: JSONValue) throws(ValueFault) -> String {
        let example = "https://api.na1.insightly.com/v3.1/"
        let address = try WebAddress(value, example: example, queryAllowed: false)
        guard address.isHTTPS || address.isLoopback else {
            throw ValueFault(
                wrong: "http to \(address.host) would show the API key to the network",
                right: "write https; http is for loopback only")
        }
        return address.text.hasSuffix("/") ? address.text : address.text + "/"
    }
}
