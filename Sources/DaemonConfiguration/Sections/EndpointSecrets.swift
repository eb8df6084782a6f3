// What lets an endpoint be called: Basic credentials, signature keys, certificates.

import ChangeFeed

extension EndpointReader {
    mutating func basicCredentials() -> BasicCredentials? {
        let username = optional(.basicUsername) { value throws(ValueFault) in
            try value.asBasicUsername(right: "write the name that the receiver knows")
        }
        let password = given(.basicPassword).map { given in
            settings.secret(given.value, at: given.place).flatMap { bytes in
                let right =
                    "write the password that the receiver knows, or where it lies, such as {\"credential\": NAME}"
                return settings.isPassword(bytes, at: given.place, right: right) ? bytes : nil
            }
        }
        guard let username else {
            if given(.basicUsername) == nil, password != nil {
                problem(.basicPassword, "is a password without a name", "write \"\(place(.basicUsername))\" too")
            }
            return nil
        }
        if isUsed, given(.basicPassword) == nil {
            settings.findings.warning(
                place(.basicPassword), "is missing beside \"\(place(.basicUsername))\": an empty one is sent",
                "write the password that the receiver knows, if it knows one")
        }
        return BasicCredentials(username: username, password: Secret((password ?? []) ?? []))
    }

    mutating func signatureKeys() -> [SigningKey] {
        guard let given = given(.signatureKey) else {
            let problemsBefore = settings.findings.problems.count
            guard
                let bytes = settings.unwritten(
                    .signatureKey, credential: "signature-key", environment: "INSIGHTLY_WEBHOOKS_SIGNATURE_KEY")
            else {
                if settings.findings.problems.count == problemsBefore { reportMissingSignatureKey() }
                return []
            }
            return [signatureKey(bytes, at: place(.signatureKey))].compactMap { $0 }
        }
        guard case .list(let list) = given.value else {
            return [settings.secret(given.value, at: given.place).flatMap { signatureKey($0, at: given.place) }]
                .compactMap { $0 }
        }
        if list.isEmpty { reportMissingSignatureKey() }
        return list.enumerated().compactMap { index, value in
            let place = "\(given.place)[\(index)]"
            if value.isNull { settings.findings.problem(place, "is null", "write a key, or take it out") }
            return settings.secret(value, at: place).flatMap { signatureKey($0, at: place) }
        }
    }

    /// How many there are, of use or not.
    var signatureKeysGiven: Int {
        if case .list(let list) = given(.signatureKey)?.value { list.count } else { 1 }
    }

    private mutating func reportMissingSignatureKey() {
        guard settings.isEnabled, isUsed else { return }
        problem(
            .signatureKey, "is missing",
            "make one with: insightly-webhooks secret, and give it here, as \(settings.sources.advised("signature-key")) "
                + "or as variable INSIGHTLY_WEBHOOKS_SIGNATURE_KEY")
    }

    private mutating func signatureKey(_ bytes: [UInt8], at place: String) -> SigningKey? {
        let right = "make one with: insightly-webhooks secret, or write the key that the receiver verifies with"
        guard settings.isFilledIn(bytes, at: place, right: right) else { return nil }
        do {
            let key = try SigningKey(configured: bytes)
            let isText = !bytes.starts(with: SigningKey.prefix.utf8)
            let lengths = SigningKey.standardLengths
            // A text of one's own may be as long as one likes.
            let isRight = isText ? key.bytes.count >= lengths.lowerBound : lengths.contains(key.bytes.count)
            if key.scheme == .shared, !isRight {
                let which = isText ? "" : " behind \(SigningKey.prefix)"
                settings.findings.warning(
                    place,
                    "has \(key.bytes.count) bytes\(which); Standard Webhooks asks for \(lengths.lowerBound) to "
                        + "\(lengths.upperBound)",
                    "make one with: insightly-webhooks secret")
            }
            return key
        } catch {
            settings.findings.problem(place, error.wrong, error.right)
            return nil
        }
    }

    mutating func certificates() -> EndpointCertificates {
        var certificates = EndpointCertificates()
        certificates.authorities = pem(.caFile)
        certificates.clientCertificate = pem(.clientCertificate)
        certificates.clientKey = given(.clientKey).flatMap { settings.secret($0.value, at: $0.place) }.map(Secret.init)
        if given(.clientCertificate) != nil, given(.clientKey) == nil {
            problem(.clientKey, "is missing beside the certificate", "write {\"file\": PATH} or {\"credential\": NAME}")
        }
        if given(.clientKey) != nil, given(.clientCertificate) == nil {
            problem(.clientCertificate, "is missing beside the key", "write the path of the certificate's PEM file")
        }
        for finding in settings.certificateCheck.findings(certificates) {
            let place = place(finding.part.key)
            if finding.isWarning {
                settings.findings.warning(place, finding.wrong, finding.right)
            } else {
                settings.findings.problem(place, finding.wrong, finding.right)
            }
        }
        return certificates
    }

    private mutating func pem(_ key: EndpointKey) -> [UInt8]? {
        let sources = settings.sources
        let isEnabled = settings.isEnabled
        guard let path = optional(key, { value throws(ValueFault) in try value.asText() }) else { return nil }
        guard !path.looksLikeSecret else {
            problem(key, "is a PEM text, not the path of one", "write the text into a file, and its path here")
            return nil
        }
        do { return try sources.file(path) } catch {
            let wrong = "the file \(path) cannot be read (\(error))"
            let right = "write the path of a PEM file that the daemon may read"
            if isEnabled {
                problem(key, wrong, right)
            } else {
                settings.findings.warning(place(key), wrong, right)
            }
            return nil
        }
    }
}

extension CertificateCheck.Part {
    fileprivate var key: EndpointKey {
        switch self {
        case .authorities: .caFile
        case .clientCertificate: .clientCertificate
        case .clientKey: .clientKey
        }
    }
}
