// Which service of the package a file belongs to.

import Testing

@testable import DaemonConfiguration

@Suite("A service of the package")
struct PackagedServiceTests {
    @Test("is known by its configuration, and knows its unit, its state and its credentials")
    func configuration() throws {
        let plain = try #require(PackagedService(configuration: "/etc/insightly-webhooks/config.json"))
        #expect(plain.unit == "insightly-webhooks" && plain.stateDirectory == "/var/lib/insightly-webhooks")
        #expect(plain.credentialFile("signature-key") == "/etc/credstore/signature-key")
        let other = try #require(PackagedService(configuration: "/etc/insightly-webhooks/other.json"))
        #expect(other.unit == "insightly-webhooks@other")
        #expect(other.stateDirectory == "/var/lib/insightly-webhooks/other")
        #expect(other.credentialFile("signature-key") == "/etc/credstore/other.signature-key")
    }

    @Test(
        "is nobody's by a file elsewhere",
        arguments: [
            "config.json", "/etc/insightly-webhooks.json", "/etc/insightly-webhooks/.json",
            "/etc/insightly-webhooks/.hidden.json", "/etc/insightly-webhooks/accounts/a.json",
            "/etc/insightly-webhooks/config.json.old", "/home/a/etc/insightly-webhooks/config.json",
        ])
    func elsewhere(path: String) {
        #expect(PackagedService(configuration: path) == nil)
    }

    @Test(
        "is known by its state store",
        arguments: [
            ("/var/lib/insightly-webhooks/state.sqlite3", "insightly-webhooks"),
            ("/var/lib/insightly-webhooks/other/state.sqlite3", "insightly-webhooks@other"),
            ("/var/lib/insightly-webhooks/a/b/state.sqlite3", nil), ("/var/lib/insightly-webhooks/copy.sqlite3", nil),
            ("/state.sqlite3", nil), ("state.sqlite3", nil),
        ])
    func store(path: String, unit: String?) {
        #expect(PackagedService(store: path)?.unit == unit)
    }
}
