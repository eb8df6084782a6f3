// Where the state store is: a file, or an address that is a secret.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("The settings of the store")
struct StoreSectionTests {
    private static let address = "postgresql://webhooks:hidden@db.example/state"

    private func read(
        _ members: String, secrets: SecretSources = .empty, storeSecrets: SecretSources? = nil,
        check: StoreAddressCheck = .none
    ) -> ConfigurationReading {
        DaemonSettings.read(
            Array(Sample.text(members).utf8), secrets: secrets, storeSecrets: storeSecrets, addressCheck: check)
    }

    private func problems(_ reading: ConfigurationReading) -> [String] { reading.problems.map(\.description) }

    @Test(
        "have the address from wherever secrets come",
        arguments: [
            #""postgresql://webhooks:hidden@db.example/state""#, #"{"env": "A"}"#, #"{"file": "/a"}"#,
            #"{"credential": "a"}"#,
        ])
    func sources(value: String) throws {
        let secrets = SecretSources.holding(
            environment: ["A": Self.address], files: ["/a": Self.address + "\n"], credentials: ["a": Self.address])
        let settings = try Sample.settings(#""store.url": \#(value)"#, secrets: secrets)
        #expect(settings.store == StoreSettings(path: nil, url: Secret(Self.address), retention: .days(30)))
        #expect(settings.fleet == FleetSettings(lease: .seconds(15)))
    }

    @Test("have it for a command that reads no other secret")
    func ofCommands() throws {
        let reading = read(
            #""store.url": {"env": "A"}, "admin.token": {"env": "T"}"#, secrets: .holding(environment: ["T": "unread"]),
            storeSecrets: .holding(environment: ["A": Self.address]))
        #expect(try reading.outcome.get().store.url == Secret(Self.address))
    }

    @Test("are never those of a file where an address is written and cannot be had, though nothing is to be done")
    func missing() {
        let said = problems(read(#""event.notification.enabled": false, "store.url": {"env": "NOWHERE"}"#))
        #expect(
            said == [
                "store.url: the environment variable NOWHERE is not set; set it for the daemon, or name another"
            ])
    }

    @Test("are of one place")
    func both() {
        let said = problems(read(#""store.path": "/a", "store.url": "\#(Self.address)""#))
        #expect(
            said == [
                "store.url: is there besides \"store.path\"; keep the one that says where the state store is, and take the "
                    + "other out"
            ])
    }

    @Test("say what is wrong with an address, and nothing of it")
    func wrong() {
        let check = StoreAddressCheck { $0 == Self.address ? .wrong("names nothing") : .unknown }
        let said = problems(read(#""store.url": "\#(Self.address)""#, check: check))
        #expect(said == ["store.url: names nothing; \(StoreAddressCheck.right)"])
        let empty = problems(read(#""store.url": """#))
        #expect(empty == ["store.url: is no address: it is empty, or no text; \(StoreAddressCheck.right)"])
    }

    @Test(
        "say which part of an address is still to be filled in, and nothing of it",
        arguments: [
            ("<YOUR PASSWORD>", "db", "its password is a place to fill in; write the one of the database's user"),
            ("${PGPASSWORD}", "db", "its password is a place to fill in; write the one of the database's user"),
            (
                "REDACTED", "db",
                "its password is a mask, as is shown in place of a secret; write the one of the "
                    + "database's user"
            ),
            ("s3cret", "<host>", "a part of it is a place to fill in; \(StoreAddressCheck.right)"),
            ("PASSWORD", "db", "has PASSWORD, a place to fill in; \(StoreAddressCheck.right)"),
            ("s3cret", "HOST", "has HOST, a place to fill in; \(StoreAddressCheck.right)"),
            ("s3cret", "your-db-host", nil), ("s3cret", "db", nil), ("s3cret", "host", nil),
        ] as [(String, String, String?)])
    func placeholders(password: String, host: String, problem: String?) {
        let check = StoreAddressCheck { _ in
            .address(.init(password: Secret(password), names: ["webhooks", "state", host]))
        }
        let reading = read(#""store.url": "\#(Self.address)""#, check: check)
        #expect(problems(reading) == problem.map { ["store.url: \($0)"] } ?? [])
    }

    @Test("warn of a password that is a word in place of one")
    func weakPassword() {
        let check = StoreAddressCheck { _ in .address(.init(password: Secret("changeme"), names: ["state"])) }
        let reading = read(#""store.url": "\#(Self.address)""#, check: check)
        #expect(problems(reading).isEmpty)
        #expect(
            reading.warnings.map(\.description).contains {
                $0.hasPrefix("store.url: its password is a place to fill in")
            })
    }

    @Test("tell how long a lease lasts, which a file does not know")
    func lease() throws {
        let settings = try Sample.settings(#""store.url": "\#(Self.address)", "fleet.lease": "2s""#)
        #expect(settings.fleet == FleetSettings(lease: .seconds(2)))
        for wrong in ["999ms", "2h"] {
            let said = problems(read(#""store.url": "\#(Self.address)", "fleet.lease": "\#(wrong)""#))
            #expect(
                said == [
                    "fleet.lease: \"\(wrong)\" is shorter than 1s or longer than 1h; write a duration such as 15s"
                ])
        }
        let unused = read(#""fleet.lease": "2s""#)
        #expect(unused.problems.isEmpty && unused.warnings.map(\.key) == ["fleet.lease"])
    }
}
