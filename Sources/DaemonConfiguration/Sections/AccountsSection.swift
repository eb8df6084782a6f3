// The keys `accounts` and `accounts.directory`: many accounts, each a block over the keys of the file.

import ChangeFeed

extension SettingsReader {
    mutating func accounts(_ files: AccountFiles, at now: Instant?) -> [AccountSettings] {
        guard let blocks = accountBlocks(files) else {
            reportFilters(among: nil)
            return [account(named: nil, others: [], at: now)]
        }
        reportFilters(among: blocks)
        let polled = resources(of: blocks, at: now)
        let accounts = blocks.compactMap { account($0, others: polled, at: now) }
        warnOfSharedKeys(accounts)
        return accounts
    }

    /// The accounts that the file names, in its order or in that of their files; nil where it names none: then it is about
    /// one account.
    private mutating func accountBlocks(_ files: AccountFiles) -> [AccountBlock]? {
        let folder = optional(.accountsDirectory) { value throws(ValueFault) in try value.asText() }
        guard given(.accounts) != nil else {
            return folder.map { self.blocks(inFolder: $0, files) }
        }
        if folder != nil {
            problem(
                .accountsDirectory, "stands beside \"\(ConfigurationKey.accounts.rawValue)\"", "keep one of the two")
        }
        let list = optional(.accounts) { value throws(ValueFault) -> [JSONValue] in
            guard case .list(let list) = value, !list.isEmpty else {
                throw ValueFault(
                    wrong: "\(value.shown) is not a list of accounts",
                    right: #"write a list such as [{"name": "acme", "insightly.api_key": "…"}], or leave it out"#)
            }
            return list
        }
        var blocks: [AccountBlock] = []
        for (index, value) in (list ?? []).enumerated() {
            let place = "\(ConfigurationKey.accounts.rawValue)[\(index)]"
            guard case .object(let object) = value else {
                findings.problem(place, "\(value.shown) is not an account's block", #"write {"name": "acme", …}"#)
                continue
            }
            do throws(ConfigurationProblem) {
                let block = try AccountBlock(object, at: place, named: nil)
                guard !blocks.contains(where: { $0.name == block.name }) else { throw block.repeated }
                blocks.append(block)
            } catch { findings.problem(error) }
        }
        return blocks
    }

    /// What is wrong with a file concerns no other.
    private mutating func blocks(inFolder folder: String, _ files: AccountFiles) -> [AccountBlock] {
        let found: [AccountFiles.File]
        do { found = try files.files(folder) } catch {
            problem(
                .accountsDirectory, "the folder \(folder) cannot be read (\(error))",
                "make it, readable for the daemon, with a JSON file for each account")
            return []
        }
        if found.isEmpty {
            findings.warning(
                ConfigurationKey.accountsDirectory.rawValue, "\(folder) has no file whose name ends in .json",
                #"write one for each account, such as acme.json: {"name": "acme", …}"#)
        }
        var blocks: [AccountBlock] = []
        for file in found.sorted(by: { $0.name < $1.name }) {
            do throws(ConfigurationProblem) {
                let block = try AccountBlock(file)
                guard !blocks.contains(where: { $0.name == block.name }) else { throw block.repeated }
                blocks.append(block)
            } catch { findings.leaveOut(AccountBlock.name(of: file), error) }
        }
        return blocks
    }

    /// The settings of an account: its block over the keys of the file.
    ///
    /// - Returns: nil where it has a file of its own, and something is wrong in there.
    private mutating func account(
        _ block: AccountBlock, others: [ResourcePlan], at now: Instant?
    ) -> AccountSettings? {
        var part = part(of: block)
        part.reportKeys(of: block)
        let account = part.account(named: block.name, others: others, at: now)
        let isRight = findings.take(part.findings, of: block) { document.members[$0] != nil }
        for key in part.literalSecretKeys.map({ block.place(of: $0) { document.members[$0] != nil } }) {
            if block.isFile, key.hasPrefix(block.place) {
                if block.isReadByOthers { findings.warning(.exposedSecret(key)) }
            } else if !literalSecretKeys.contains(key) {
                literalSecretKeys.append(key)
            }
        }
        return isRight || !block.isFile ? account : nil
    }

    /// Of a file that names no accounts, or of the part of it that is about one.
    private mutating func account(
        named name: String?, others: [ResourcePlan], at now: Instant?
    ) -> AccountSettings {
        let api = api()
        let problemsBefore = findings.problems.count
        let polling = polling(at: now)
        let resources = findings.problems.count == problemsBefore ? polling.resources : nil
        return AccountSettings(
            name: name, api: api, polling: polling, notification: notification(of: resources, others: others))
    }

    private func part(of block: AccountBlock) -> SettingsReader {
        SettingsReader(
            document.document(of: block), sources: sources, certificateCheck: certificateCheck, findings: Findings())
    }

    /// What any of the accounts polls, each resource once. What is wrong there is told where its account is read.
    private func resources(of blocks: [AccountBlock], at now: Instant?) -> [ResourcePlan] {
        guard case .list(let shared)? = given(.endpoints), !shared.isEmpty else { return [] }
        var names: Set<ResourceName> = []
        return blocks.flatMap { block in
            var part = part(of: block)
            return part.polling(at: now).resources
        }.filter { names.insert($0.name).inserted }
    }

    private mutating func reportKeys(of block: AccountBlock) {
        let known = ConfigurationKey.allCases.filter(\.isOfAccount).map(\.rawValue)
        for member in block.members where !known.contains(member.name) {
            guard ConfigurationKey(rawValue: member.name) == nil else {
                findings.problem(member.name, "is about the whole daemon", "write it outside of accounts")
                continue
            }
            findings.problem(member.name, "is not a known key", rightKey(for: member.name, among: known + ["name"]))
        }
        guard
            case .list(let own)? = block.members.first(where: { $0.name == ConfigurationKey.endpoints.rawValue })?.value
        else { return }
        for (index, endpoint) in own.enumerated() where endpoint.accountsWanted != nil {
            findings.problem(
                "\(block.place).\(ConfigurationKey.endpoints.rawValue)[\(index)].accounts",
                "is for endpoints of the file around, and this one gets the events of its account",
                "take it out, or write the endpoint outside of accounts")
        }
    }

    /// - Parameter blocks: nil where the file names no accounts.
    private mutating func reportFilters(among blocks: [AccountBlock]?) {
        guard case .list(let endpoints)? = given(.endpoints) else { return }
        for (index, endpoint) in endpoints.enumerated() {
            guard let wanted = endpoint.accountsWanted else { continue }
            let place = "\(ConfigurationKey.endpoints.rawValue)[\(index)].accounts"
            guard let blocks else {
                findings.problem(place, "the file names no accounts", "take it out, or write \"accounts\"")
                continue
            }
            guard case .list(let names) = wanted, !names.isEmpty else {
                findings.problem(
                    place, "\(wanted.shown) is not a list of accounts", #"write a list of names such as ["acme"]"#)
                continue
            }
            for name in names { report(name, at: place, among: blocks) }
        }
    }

    private mutating func report(_ name: JSONValue, at place: String, among blocks: [AccountBlock]) {
        guard case .string(let text) = name else {
            return findings.problem(place, "\(name.shown) is not a name", "write the name of an account")
        }
        guard !blocks.contains(where: { $0.name == text }) else { return }
        let near = nearestName(to: text, among: blocks.map(\.name))
        let right = near.map { "the nearest account is \"\($0)\"" } ?? "write the name of an account, or take it out"
        // The account's file may be the one that is left out, which stops no other.
        if given(.accountsDirectory) != nil {
            findings.warning(place, "there is no account \(name.shown)", right)
        } else {
            findings.problem(place, "there is no account \(name.shown)", right)
        }
    }

    /// Each counts its own requests, and neither knows of those of the other.
    private mutating func warnOfSharedKeys(_ accounts: [AccountSettings]) {
        var first: [APIKeyOfAccount: String] = [:]
        for account in accounts {
            guard let api = account.api, let name = account.name else { continue }
            let key = APIKeyOfAccount(baseURL: api.baseURL, key: api.apiKey.revealedBytes)
            if let other = first[key] {
                findings.warning(
                    ConfigurationKey.accounts.rawValue,
                    "\(other) and \(name) have the same API key: each takes insightly.quota_share of one day's limit",
                    "give each account its own key, or keep one of the two")
            } else {
                first[key] = name
            }
        }
    }
}

private struct APIKeyOfAccount: Hashable {
    let baseURL: String
    let key: [UInt8]
}

extension JSONValue {
    /// What an endpoint's block says of the accounts whose events it gets; nil where it says nothing.
    fileprivate var accountsWanted: JSONValue? {
        guard case .object(let block) = self, let wanted = block[EndpointKey.accounts.rawValue], !wanted.isNull else {
            return nil
        }
        return wanted
    }
}

extension ConfigurationKey {
    /// Whether an account may say otherwise than the file around it.
    var isOfAccount: Bool { rawValue.hasPrefix("insightly.") || rawValue.hasPrefix("event.") }
}
