// The `event.notification.*` keys: where events are sent, signed by what, and how patiently.

import ChangeFeed

extension SettingsReader {
    mutating func notification() -> NotificationSettings? {
        let networks = allowedNetworks()
        let url = callbackURL(allowed: networks)
        let headers = callbackHeaders()
        let credentials = basicCredentials()
        if credentials != nil, headers.contains(where: { $0.name.lowercased() == "authorization" }) {
            problem(.callbackHeaders, "has Authorization beside Basic credentials", "keep one of the two")
        }
        let keys = signatureKeys()
        let settings = NotificationSettings(
            callbackURL: url ?? "", headers: headers, basicCredentials: credentials, signatureKeys: keys,
            format: format(),
            timeout: value(.notificationTimeout) { value throws(ValueFault) in
                try value.asDuration(zeroAllowed: false)
            },
            concurrency: value(.notificationConcurrency) { value throws(ValueFault) in
                try value.asInteger("a number from 1 to 256", in: 1...256, right: "write a whole number such as 4")
            },
            requestsPerSecond: optional(.notificationRate) { value throws(ValueFault) in
                try value.asNumber(
                    "a number of requests, 0.001 or more", where: { $0 >= 0.001 && $0 <= 100_000 },
                    right: "write a number such as 10, or null for no cap")
            },
            retrySchedule: retrySchedule(),
            allowedNetworks: networks)
        return url == nil || keys.isEmpty ? nil : settings
    }

    private mutating func callbackURL(allowed networks: [IPNetwork]) -> String? {
        // The vendor's documents write "false" for no callback.
        let given = given(.callbackURL).flatMap { $0 == .string("false") || $0 == .bool(false) ? nil : $0 }
        guard let given else {
            missing(.callbackURL, "write the https URL that events are to be POSTed to")
            return nil
        }
        return findings.convert(given, at: ConfigurationKey.callbackURL.rawValue) { value throws(ValueFault) in
            let address = try WebAddress(value, example: "https://example.com/insightly", queryAllowed: true)
            guard address.isHTTPS || address.lies(in: networks) else {
                throw ValueFault(
                    wrong: "is http, and \(address.host) is no literal address inside allowed networks",
                    right: """
                        write https, or allow the network of a literal address in \
                        \(ConfigurationKey.allowedNetworks.rawValue), such as ["127.0.0.0/8"] for this machine
                        """)
            }
            return address.text
        }
    }

    private mutating func basicCredentials() -> BasicCredentials? {
        let username = optional(.basicUsername) { value throws(ValueFault) in
            let name = try value.asText()
            guard !name.contains(":"), !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
            else {
                throw ValueFault(
                    wrong: "the name has a colon or a control character, which Basic credentials cannot carry",
                    right: "write another name")
            }
            return name
        }
        let password = given(.basicPassword).map { secret($0, at: ConfigurationKey.basicPassword.rawValue) }
        guard let username else {
            if given(.basicUsername) == nil, password != nil {
                problem(
                    .basicPassword, "is a password without a name",
                    "write \"\(ConfigurationKey.basicUsername.rawValue)\" too")
            }
            return nil
        }
        return BasicCredentials(username: username, password: Secret((password ?? []) ?? []))
    }

    private mutating func signatureKeys() -> [SigningKey] {
        let name = ConfigurationKey.signatureKey.rawValue
        guard let given = given(.signatureKey) else {
            let problemsBefore = findings.problems.count
            guard
                let bytes = unwritten(
                    .signatureKey, credential: "signature-key", environment: "INSIGHTLY_WEBHOOKS_SIGNATURE_KEY")
            else {
                if findings.problems.count == problemsBefore { reportMissingSignatureKey() }
                return []
            }
            return [signatureKey(bytes, at: name)].compactMap { $0 }
        }
        guard case .list(let list) = given else {
            return [secret(given, at: name).flatMap { signatureKey($0, at: name) }].compactMap { $0 }
        }
        if list.isEmpty { reportMissingSignatureKey() }
        return list.enumerated().compactMap { index, value in
            let place = "\(name)[\(index)]"
            if value.isNull { findings.problem(place, "is null", "write a key, or take it out") }
            return secret(value, at: place).flatMap { signatureKey($0, at: place) }
        }
    }

    private mutating func reportMissingSignatureKey() {
        missing(
            .signatureKey,
            "make one with: insightly-webhooks secret, and give it here, as credential signature-key "
                + "or as variable INSIGHTLY_WEBHOOKS_SIGNATURE_KEY")
    }

    private mutating func signatureKey(_ bytes: [UInt8], at place: String) -> SigningKey? {
        do {
            let key = try SigningKey(configured: bytes)
            if bytes.starts(with: SigningKey.prefix.utf8), !SigningKey.standardLengths.contains(key.bytes.count) {
                findings.warning(
                    place, "has \(key.bytes.count) bytes behind whsec_; Standard Webhooks asks for 24 to 64",
                    "make one with: insightly-webhooks secret")
            }
            return key
        } catch {
            findings.problem(place, error.wrong, error.right)
            return nil
        }
    }

    private mutating func format() -> NotificationFormat {
        let isDefaultOfInstance = document.isInstanceDocument && given(.notificationFormat) == nil
        let format =
            isDefaultOfInstance
            ? .cloudElements
            : value(.notificationFormat) { value throws(ValueFault) in try value.asChoice(of: NotificationFormat.self) }
        if format != .standard {
            problem(
                .notificationFormat,
                "\"\(format.rawValue)\"\(isDefaultOfInstance ? ", the default of an instance document," : "") "
                    + "comes in a later version",
                "write \"standard\"")
        }
        return format
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
            waits: findings.convertEach(waits, at: ConfigurationKey.retrySchedule.rawValue) {
                value throws(ValueFault) in try value.asDuration()
            })
    }

    private mutating func allowedNetworks() -> [IPNetwork] {
        let right = "write a list such as [\"10.0.0.0/8\", \"fd00::/8\"]"
        let list = value(.allowedNetworks) { value throws(ValueFault) -> [JSONValue] in
            guard case .list(let list) = value else {
                throw ValueFault(wrong: "\(value.shown) is not a list of networks", right: right)
            }
            return list
        }
        return findings.convertEach(list, at: ConfigurationKey.allowedNetworks.rawValue) { element throws(ValueFault) in
            guard case .string(let text) = element, let range = IPNetwork(text.trimmed) else {
                throw ValueFault(wrong: "\(element.shown) is not a network", right: right)
            }
            return range
        }
    }
}
