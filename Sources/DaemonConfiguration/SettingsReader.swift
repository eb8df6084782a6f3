// Reading one key after another: defaults, conversions, secrets, and the problems found on the way.

import ChangeFeed

/// Turns the members of a document into settings. The sections are in files of their own.
struct SettingsReader {
    let document: ConfigurationDocument
    let sources: SecretSources
    let certificateCheck: CertificateCheck
    /// Whether the daemon is to work: only then is anything missing a problem.
    private(set) var isEnabled = false
    var findings: Findings
    var literalSecretKeys: [String] = []

    init(
        _ document: ConfigurationDocument, sources: SecretSources, certificateCheck: CertificateCheck,
        findings: Findings
    ) {
        self.document = document
        self.sources = sources
        self.certificateCheck = certificateCheck
        self.findings = findings
        isEnabled = value(.notificationEnabled) { value throws(ValueFault) in try value.asBool() }
    }

    /// Whether the daemon is to work for any of these.
    mutating func works(for accounts: [AccountSettings]) { isEnabled = accounts.contains(where: \.polling.enabled) }

    /// Takes back what a reader of a part has found.
    mutating func take(_ part: SettingsReader) {
        findings = part.findings
        literalSecretKeys = part.literalSecretKeys
    }

    /// What was written for a key; nil where it is left out. Texts left empty in the vendor's forms are left out.
    func given(_ key: ConfigurationKey) -> JSONValue? {
        guard let value = document.members[key.rawValue] else { return nil }
        if value.isNull { return nil }
        return key.standing != .ours && value.isBlank ? nil : value
    }

    /// The value of a key without default.
    mutating func optional<Value>(
        _ key: ConfigurationKey, _ conversion: (JSONValue) throws(ValueFault) -> Value
    ) -> Value? {
        findings.convert(given(key), at: key.rawValue, conversion)
    }

    /// The value of a key with a default, which also stands in for a value that is a problem.
    mutating func value<Value>(
        _ key: ConfigurationKey, _ conversion: (JSONValue) throws(ValueFault) -> Value
    ) -> Value {
        optional(key, conversion) ?? defaultValue(of: key, conversion)
    }

    func defaultValue<Value>(
        of key: ConfigurationKey, _ conversion: (JSONValue) throws(ValueFault) -> Value
    ) -> Value {
        do { return try conversion(try JSONDocument(parsing: Array(key.defaultJSON.utf8)).root) } catch {
            preconditionFailure("\(key.rawValue) has a default that it does not accept: \(error)")
        }
    }

    mutating func problem(_ key: ConfigurationKey, _ wrong: String, _ right: String) {
        findings.problem(key.rawValue, wrong, right)
    }

    /// Reports what is missing, if the daemon is to work.
    mutating func missing(_ key: ConfigurationKey, _ right: String) {
        if isEnabled { problem(key, "is missing", right) }
    }
}

extension SettingsReader {
    /// The bytes of a secret that is written in the file or referred to; nil where it is a problem.
    ///
    /// A reference that leads nowhere is only a warning while the daemon is not enabled, so that a configuration can
    /// be checked on another machine than the one that has the secrets.
    ///
    /// - Parameters:
    ///   - sources: nil: those of all secrets.
    ///   - isAlwaysNeeded: whether it is a problem for a daemon that is not enabled, too.
    mutating func secret(
        _ value: JSONValue, at key: String, from sources: SecretSources? = nil, isAlwaysNeeded: Bool = false
    ) -> [UInt8]? {
        guard
            let reference = findings.convert(
                value, at: key,
                { value throws(ValueFault) in
                    try SecretReference(value)
                })
        else { return nil }
        if case .literal = reference { literalSecretKeys.append(key) }
        do { return try reference.resolve(in: sources ?? self.sources) } catch {
            if isEnabled || isAlwaysNeeded {
                findings.problem(key, error.wrong, error.right)
            } else {
                findings.warning(key, error.wrong, error.right)
            }
            return nil
        }
    }

    /// Whether there is something that may be the secret; a placeholder is reported.
    ///
    /// - Parameter right: where the secret comes from.
    mutating func isFilledIn(_ bytes: [UInt8], at key: String, right: String) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self), let placeholder = Placeholder(secret: text) else {
            return true
        }
        let fault = placeholder.fault(right: right)
        findings.problem(key, fault.wrong, fault.right)
        return false
    }

    /// The same of a password, which may well be a weak one: that is warned about.
    ///
    /// - Parameter name: what it is called where the key is of more than it, and a space.
    mutating func isPassword(_ bytes: [UInt8], at key: String, called name: String = "", right: String) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self), let doubt = Placeholder(secret: text) else {
            return true
        }
        if let placeholder = Placeholder(password: text) {
            let fault = placeholder.fault(right: right)
            findings.problem(key, name + fault.wrong, fault.right)
            return false
        }
        findings.warning(
            key, "\(name)\(doubt.fault(right: right).wrong), or easy to guess", "\(right); it is used as it is")
        return true
    }

    /// A secret that nobody wrote into the file: a credential of this name, else this environment variable.
    mutating func unwritten(_ key: ConfigurationKey, credential: String, environment: String) -> [UInt8]? {
        do {
            let reference = SecretReference.credential(credential)
            if try sources.credential(credential) != nil { return try reference.resolve(in: sources) }
        } catch {
            problem(key, "the credential \(credential) cannot be read (\(error))", "check LoadCredential= of the unit")
            return nil
        }
        return try? SecretReference.environment(environment).resolve(in: sources)
    }
}
