// The `store.*` and `fleet.*` keys: where the state store is, how long it keeps, and how daemons share it.

import ChangeFeed

extension SettingsReader {
    /// - Parameters:
    ///   - secrets: where the address comes from.
    ///   - check: whether it is one.
    mutating func store(_ secrets: SecretSources, _ check: StoreAddressCheck) -> StoreSettings {
        var path = optional(.storePath) { value throws(ValueFault) in try value.asText() }
        let url = storeURL(secrets, check)
        if given(.storeURL) != nil {
            if given(.storePath) != nil {
                problem(
                    .storeURL, "is there besides \"\(ConfigurationKey.storePath.rawValue)\"",
                    "keep the one that says where the state store is, and take the other out")
            }
            path = nil
        }
        return StoreSettings(
            path: path, url: url,
            retention: value(.storeRetention) { value throws(ValueFault) in try value.asDuration(zeroAllowed: false) })
    }

    /// Where it cannot be had, no daemon may take another store for its own: that is a problem, whatever it is to do.
    private mutating func storeURL(_ secrets: SecretSources, _ check: StoreAddressCheck) -> Secret? {
        let key = ConfigurationKey.storeURL.rawValue
        guard let given = given(.storeURL),
            let bytes = secret(given, at: key, from: secrets, isAlwaysNeeded: true),
            isFilledIn(bytes, at: key, right: StoreAddressCheck.right)
        else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty else {
            findings.problem(key, "is no address: it is empty, or no text", StoreAddressCheck.right)
            return nil
        }
        switch check.look(text) {
        case .wrong(let wrong):
            findings.problem(key, wrong, StoreAddressCheck.right)
            return nil
        case .address(let parts): return isFilledIn(parts, at: key) ? Secret(bytes) : nil
        case .unknown: return Secret(bytes)
        }
    }

    /// Whether nothing of an address was left to be filled in.
    private mutating func isFilledIn(_ parts: StoreAddressCheck.Parts, at key: String) -> Bool {
        let password = (parts.password?.revealedBytes).flatMap { String(validating: $0, as: UTF8.self) }
        let written = parts.names + [password].compactMap(\.self)
        if let place = written.first(where: StoreAddressCheck.placesToFillIn.contains) {
            findings.problem(key, "has \(place), a place to fill in", StoreAddressCheck.right)
            return false
        }
        if let placeholder = parts.names.lazy.compactMap(Placeholder.init(password:)).first {
            let fault = placeholder.fault(right: StoreAddressCheck.right)
            findings.problem(key, "a part of it \(fault.wrong)", fault.right)
            return false
        }
        return parts.password.map {
            isPassword(
                $0.revealedBytes, at: key, called: "its password ", right: "write the one of the database's user")
        } ?? true
    }

    /// Nil where no other daemon can have the store open.
    mutating func fleet() -> FleetSettings? {
        let lease = value(.fleetLease) { value throws(ValueFault) in
            let lease = try value.asDuration()
            guard FleetSettings.leases.contains(lease) else {
                throw ValueFault(
                    wrong: "\(value.shown) is shorter than 1s or longer than 1h", right: "write a duration such as 15s")
            }
            return lease
        }
        guard given(.storeURL) == nil else { return FleetSettings(lease: lease) }
        if lease != FleetSettings.usualLease {
            findings.warning(
                ConfigurationKey.fleetLease.rawValue,
                "is not used without \"\(ConfigurationKey.storeURL.rawValue)\": one daemon has a file alone",
                "take it out")
        }
        return nil
    }
}

extension FleetSettings {
    /// An example may have it where it means nothing.
    static let usualLease = Duration.seconds(15)

    /// A shorter one is over before anybody can renew it, and a longer one leaves what a dead daemon led for too long.
    static let leases = Duration.seconds(1)...Duration.seconds(3600)
}
