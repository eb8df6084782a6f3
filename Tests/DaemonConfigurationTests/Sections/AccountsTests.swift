// Many accounts in one configuration: blocks in the file, or files in a folder.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("Accounts of a configuration")
struct AccountsTests {
    private let shared = #"""
        "event.notification.enabled": true, "insightly.pod": "na1",
        "event.notification.callback.url": "https://example.com/in",
        "event.notification.signature.key": "MySecretEventSignatureKey", "event.poller.configuration": {"contacts": {}}
        """#

    private func read(_ members: String, files: [(String, String?)]? = nil) -> ConfigurationReading {
        let found = files.map { files in files.map { AccountFiles.File(name: $0.0, text: $0.1.map { Array($0.utf8) }) }
        }
        let folder = found.map { found in AccountFiles { _ in found } } ?? .none
        return DaemonSettings.read(
            Array("{\(shared), \(members)}".utf8), secrets: .empty, accountFiles: folder)
    }

    private func problems(_ reading: ConfigurationReading) -> [String] {
        guard case .failure(let invalid) = reading.outcome else { return [] }
        return invalid.problems.map(\.description)
    }

    @Test("Each has what its block says, and else what the file around it says")
    func blocks() throws {
        let settings = try read(
            #"""
            "insightly.requests_per_second": 3, "accounts": [
                {"name": "acme", "insightly.api_key": "0a1b", "insightly.pod": "eu1"},
                {"name": "umbrella", "insightly.api_key": "2c3d", "event.poller.refresh_interval": 5,
                 "event.notification.callback.url": "https://example.com/umbrella",
                 "event.poller.configuration": {"leads": {}}}]
            """#
        ).outcome.get()
        #expect(settings.namesAccounts && settings.accounts.map(\.name) == ["acme", "umbrella"])
        let (acme, umbrella) = (settings.accounts[0], settings.accounts[1])
        #expect(acme.api?.baseURL == "https://api.eu1.insightly.com/v3.1/" && acme.api?.apiKey == Secret("0a1b"))
        #expect(umbrella.api?.baseURL == "https://api.na1.insightly.com/v3.1/")
        #expect(acme.api?.requestsPerSecond == 3 && umbrella.api?.requestsPerSecond == 3)
        #expect(acme.polling.resources.map(\.name.text) == ["contacts"])
        #expect(umbrella.polling.resources.map(\.name.text) == ["leads"])
        #expect(umbrella.polling.resources[0].interval == .every(.minutes(5)))
        #expect(acme.notification?.endpoints.map(\.url) == ["https://example.com/in"])
        #expect(umbrella.notification?.endpoints.map(\.url) == ["https://example.com/umbrella"])
        let plan = Plan(settings)
        #expect(plan.accounts.keys.sorted() == ["acme", "umbrella"] && plan.accounts["acme"]?.title == "acme")
    }

    @Test("A secret in the file of an account is warned of where others may read that file, however the main one is")
    func exposed() {
        let text = #"{"insightly.api_key": "0a1b"}"#
        let files = AccountFiles { _ in
            [
                .init(name: "acme.json", text: Array(text.utf8), isReadByOthers: true),
                .init(name: "umbrella.json", text: Array(text.utf8)),
            ]
        }
        let reading = DaemonSettings.read(
            Array("{\(shared), \"accounts.directory\": \"d\"}".utf8), secrets: .empty, accountFiles: files)
        func exposed(_ permissions: UInt32) -> [Substring] {
            reading.lines(permissions: permissions).filter { $0.contains("others may read the file") }
                .compactMap { $0.split(separator: ": ").dropFirst().first }
        }
        #expect(exposed(0o600) == ["acme.json.insightly.api_key"])
        #expect(Set(exposed(0o644)) == ["acme.json.insightly.api_key", "event.notification.signature.key"])
    }

    @Test(
        "An endpoint of the file gets the events of all accounts or of those that it names, besides their own endpoints"
    )
    func endpoints() throws {
        let settings = try read(
            #"""
            "event.notification.endpoints": [
                {"name": "all", "url": "https://example.com/all"},
                {"name": "some", "url": "https://example.com/some", "accounts": ["umbrella"]}],
            "accounts": [
                {"name": "acme", "insightly.api_key": "0a1b",
                 "event.notification.endpoints": [{"name": "own", "url": "https://example.com/own"}]},
                {"name": "umbrella", "insightly.api_key": "2c3d"}]
            """#
        ).outcome.get()
        #expect(settings.accounts[0].notification?.endpoints.map(\.name) == ["default", "own", "all"])
        #expect(settings.accounts[1].notification?.endpoints.map(\.name) == ["default", "all", "some"])
    }

    @Test("What is wrong is told where it stands: in the block, or once in the file around")
    func places() {
        #expect(
            problems(read(#""accounts": [{"name": "acme"}, {"name": "b", "insightly.api_key": "2c3d", "x": 1}]"#)) == [
                "accounts[0].insightly.api_key: is missing; write it, or give the credential insightly-api-key or the "
                    + "variable INSIGHTLY_API_KEY",
                "accounts[1].x: is not a known key; take it out, or look for the key in docs/configuration.md",
            ])
        let both = #"[{"name": "a", "insightly.api_key": "0a1b"}, {"name": "b", "insightly.api_key": "2c3d"}]"#
        let around = problems(read(#""insightly.quota_share": 2, "accounts": \#(both)"#))
        #expect(around.count == 1 && around[0].hasPrefix("insightly.quota_share: "))
        let inside = problems(
            read(#""accounts": [{"name": "a", "insightly.api_key": "0a1b", "insightly.quota_share": 2}]"#))
        #expect(inside.count == 1 && inside[0].hasPrefix("accounts[0].insightly.quota_share: "))
        let daemon = problems(read(#""accounts": [{"name": "a", "insightly.api_key": "0a1b", "store.path": "/x"}]"#))
        #expect(daemon == ["accounts[0].store.path: is about the whole daemon; write it outside of accounts"])
    }

    @Test(
        "Names that tell no account apart, and filters that name none, are refused",
        arguments: [
            (#""accounts": []"#, "accounts: a list is not a list of accounts"),
            (#""accounts": [{"insightly.api_key": "0a1b"}]"#, "accounts[0].name: is missing"),
            (#""accounts": [{"name": "a b", "insightly.api_key": "0a1b"}]"#, "accounts[0].name: \"a b\" is not a name"),
            (#""accounts": ["acme"]"#, "accounts[0]: \"acme\" is not an account's block"),
            (
                #""accounts": [{"name": "a", "insightly.api_key": "1"}, {"name": "a", "insightly.api_key": "2"}]"#,
                "accounts[1].name: another account is called \"a\""
            ),
            (
                #"""
                "accounts": [{"name": "acme", "insightly.api_key": "1"}], "event.notification.endpoints":
                    [{"name": "e", "url": "https://example.com/e", "accounts": ["acne"]}]
                """#,
                "event.notification.endpoints[0].accounts: there is no account \"acne\"; the nearest account is \"acme\""
            ),
            (
                #"""
                "insightly.api_key": "1", "event.notification.endpoints":
                    [{"name": "e", "url": "https://example.com/e", "accounts": ["acme"]}]
                """#, "event.notification.endpoints[0].accounts: the file names no accounts"
            ),
            (
                #"""
                "accounts": [{"name": "acme", "insightly.api_key": "1", "event.notification.endpoints":
                    [{"name": "e", "url": "https://example.com/e", "accounts": ["acme"]}]}]
                """#, "accounts[0].event.notification.endpoints[0].accounts: is for endpoints of the file around"
            ),
            (
                #""accounts": [{"name": "a", "insightly.api_key": "1"}], "accounts.directory": "/x""#,
                "accounts.directory: stands beside \"accounts\""
            ),
        ])
    func wrong(members: String, begins: String) {
        let told = problems(read(members))
        #expect(told.contains { $0.hasPrefix(begins) }, "\(told)")
    }

    @Test("A file of an account that is wrong leaves that one out, and all others are read")
    func folder() throws {
        let reading = read(
            #""accounts.directory": "accounts.d""#,
            files: [
                ("umbrella.json", #"{"insightly.api_key": "2c3d"}"#),
                ("acme.json", #"{"name": "acme", "insightly.api_key": "0a1b"}"#),
                ("broken.json", "{"), ("keyless.json", "{}"),
                ("twice.json", #"{"name": "acme", "insightly.api_key": "4"}"#),
                ("unreadable.json", nil), ("typo.json", #"{"insightly.api_key": "5", "insightly.pdo": "na1"}"#),
            ])
        let settings = try reading.outcome.get()
        #expect(settings.accounts.map(\.name) == ["acme", "umbrella"])
        #expect(
            Set(reading.leftOut.map(\.key)) == [
                "broken.json", "keyless.json.insightly.api_key", "twice.json.name", "typo.json.insightly.pdo",
                "unreadable.json",
            ])
        #expect(Plan(settings).accounts.keys.sorted() == ["acme", "umbrella"])
    }

    @Test("An endpoint of all accounts may want what only some of them poll, and nothing that none does")
    func sharedFilters() throws {
        func read(_ wanted: String) -> ConfigurationReading {
            self.read(
                #"""
                "event.notification.endpoints": [
                    {"name": "all", "url": "https://example.com/all", "resources": ["\#(wanted)"]}],
                "accounts.directory": "d"
                """#,
                files: [
                    ("acme.json", #"{"insightly.api_key": "1", "event.poller.configuration": {"leads": {}}}"#),
                    ("umbrella.json", #"{"insightly.api_key": "2"}"#),
                ])
        }
        #expect(try read("leads").outcome.get().accounts.count == 2)
        #expect(problems(read("projects")).contains { $0.hasPrefix("event.notification.endpoints[0].resources") })
    }

    @Test(
        "An account whose file breaks while the daemon runs goes on as it did, and one that has no file any more ends")
    func brokenLater() throws {
        func read(_ files: [(String, String?)]) -> ConfigurationReading {
            self.read(#""accounts.directory": "d""#, files: files)
        }
        let (acme, umbrella) = (#"{"insightly.api_key": "1"}"#, #"{"insightly.api_key": "2"}"#)
        let former = Plan(try read([("acme.json", acme), ("umbrella.json", umbrella)]).outcome.get())
        for broken in ["{", #"{"insightly.api_key": "1", "insightly.pdo": "x"}"#] {
            let reading = read([("acme.json", broken)])
            #expect(reading.accountsLeftOut == ["acme"])
            let plan = Plan(try reading.outcome.get()).keeping(reading.accountsLeftOut, of: former)
            #expect(plan.accounts.keys.sorted() == ["acme"] && plan.accounts["acme"] == former.accounts["acme"])
        }
    }

    @Test("What is wrong in the file around is wrong for all, and stops the daemon")
    func around() {
        let told = problems(
            read(
                #""accounts.directory": "d", "insightly.quota_share": 2"#,
                files: [("acme.json", #"{"insightly.api_key": "0a1b"}"#)]))
        #expect(told.count == 1 && told[0].hasPrefix("insightly.quota_share: "))
    }

    @Test("A token that cannot be read is a problem also where only an account is enabled")
    func token() {
        let text = #"""
            {"insightly.pod": "na1", "event.notification.callback.url": "https://example.com/in",
             "event.notification.signature.key": "MySecretEventSignatureKey", "admin.listen": "0.0.0.0:9464",
             "admin.token": {"file": "/nowhere"},
             "accounts": [{"name": "a", "insightly.api_key": "1", "event.notification.enabled": true}]}
            """#
        let told = problems(DaemonSettings.read(Array(text.utf8), secrets: .empty))
        #expect(told.contains { $0.hasPrefix("admin.token: ") })
    }

    @Test("One key for two accounts is warned of: each would take its share of one day")
    func sameKey() throws {
        let reading = read(
            #""accounts": [{"name": "a", "insightly.api_key": "1"}, {"name": "b", "insightly.api_key": "1"}]"#)
        #expect(try reading.outcome.get().accounts.count == 2)
        #expect(reading.warnings.contains { $0.description.hasPrefix("accounts: a and b have the same API key") })
    }

    @Test("Accounts come, change and go, and nothing else is touched")
    func differences() throws {
        func plan(_ accounts: String) throws -> Plan { Plan(try read("\"accounts\": [\(accounts)]").outcome.get()) }
        let (a, b) = (#"{"name": "a", "insightly.api_key": "1"}"#, #"{"name": "b", "insightly.api_key": "2"}"#)
        let faster = #"{"name": "a", "insightly.api_key": "1", "event.poller.refresh_interval": 1}"#
        #expect(PlanDifference(from: try plan(a), to: try plan("\(a), \(b)")).accounts == ["start b"])
        #expect(PlanDifference(from: try plan("\(a), \(b)"), to: try plan(b)).accounts == ["stop a"])
        #expect(PlanDifference(from: try plan("\(a), \(b)"), to: try plan("\(b), \(faster)")).accounts == ["change a"])
    }
}

extension PlanDifference {
    fileprivate var accounts: [String] {
        steps.compactMap { step in
            switch step {
            case .startAccount(let name, _): "start \(name)"
            case .stopAccount(let name): "stop \(name)"
            case .reconfigureAccount(let name, _, _): "change \(name)"
            default: "another step: \(step)"
            }
        }
    }
}
