// The one way from a file's bytes to settings, or to every problem the file has.

import ChangeFeed

extension DaemonSettings {
    /// Reads a configuration: one JSON object of dotted keys, or the vendor's instance document.
    ///
    /// All problems are found in one reading. Nothing outside is touched but through `secrets` and `accountFiles`.
    ///
    /// - Parameters:
    ///   - storeSecrets: where the address of the store comes from; nil: from where all secrets do. A command needs that
    ///     one where it needs no other.
    ///   - now: nil where nobody asks for what depends on it.
    package static func read(
        _ text: [UInt8], secrets: SecretSources, storeSecrets: SecretSources? = nil,
        certificateCheck: CertificateCheck = .none, addressCheck: StoreAddressCheck = .none,
        accountFiles: AccountFiles = .none, at now: Instant? = nil
    ) -> ConfigurationReading {
        var findings = Findings()
        guard let document = ConfigurationDocument(parsing: text, into: &findings) else {
            return ConfigurationReading(
                outcome: .failure(InvalidConfiguration(problems: findings.problems)), warnings: findings.warnings,
                literalSecretKeys: [])
        }
        var reader = SettingsReader(
            document, sources: secrets, certificateCheck: certificateCheck, findings: findings)
        let accounts = reader.accounts(accountFiles, at: now)
        reader.works(for: accounts)
        let admin = reader.admin()
        let settings = DaemonSettings(
            accounts: accounts, store: reader.store(storeSecrets ?? secrets, addressCheck), fleet: reader.fleet(),
            adminListen: admin.listen, adminToken: admin.token, hint: reader.hint(besides: admin.listen),
            log: reader.log())
        let problems = reader.findings.problems
        return ConfigurationReading(
            outcome: problems.isEmpty ? .success(settings) : .failure(InvalidConfiguration(problems: problems)),
            warnings: reader.findings.warnings, leftOut: reader.findings.leftOut,
            accountsLeftOut: reader.findings.accountsLeftOut,
            literalSecretKeys: reader.literalSecretKeys)
    }
}
