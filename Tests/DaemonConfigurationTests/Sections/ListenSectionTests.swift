// Where the daemon listens, and whom it lets in.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("Where the daemon listens")
struct ListenSectionTests {
    @Test("is loopback for people who look at it, and nowhere for hints")
    func defaults() throws {
        let settings = try Sample.settings()
        #expect(settings.adminListen == .tcp(host: "127.0.0.1", port: 9464))
        #expect(settings.adminToken == nil && settings.hint == nil)
    }

    @Test(
        "is where it is told, or nowhere",
        arguments: [
            (#""127.0.0.1:0""#, AdminListen.tcp(host: "127.0.0.1", port: 0)),
            (#""[::1]:80""#, .tcp(host: "::1", port: 80)),
            (#""localhost:9464""#, .tcp(host: "localhost", port: 9464)),
            (#""unix:/run/a.sock""#, .unix(path: "/run/a.sock")), ("null", nil),
        ])
    func listen(json: String, listen: AdminListen?) throws {
        let reading = Sample.read(Sample.text("\"admin.listen\": \(json)"))
        #expect(try reading.outcome.get().adminListen == listen)
        if let listen { #expect("\"\(listen)\"" == json) }
    }

    @Test(
        "is an address, whoever is listened for",
        arguments: ["", "9464", ":9464", "127.0.0.1:", "127.0.0.1:65536", "::1:80", "unix:", "http://localhost:80"])
    func refused(text: String) {
        for key in ["admin.listen", "hint.listen"] {
            let reading = Sample.read(Sample.text("\"\(key)\": \"\(text)\", \(Self.credentials)"))
            #expect(reading.problems.map(\.key) == [key])
        }
    }

    @Test("warns of a socket whose place depends on where the daemon is started")
    func relative() {
        let reading = Sample.read(
            Sample.text(#""admin.listen": "unix:a.sock", "hint.listen": "unix:b.sock", \#(Self.credentials)"#))
        #expect(reading.problems.isEmpty && reading.warnings.map(\.key) == ["admin.listen", "hint.listen"])
        #expect(reading.warnings.allSatisfy { $0.right.contains("unix:/run/insightly-webhooks/") })
    }

    // MARK: - The token

    @Test(
        "asks for a token where other machines can reach it", arguments: ["0.0.0.0:9464", "[::]:9464", "crm.local:80"])
    func exposed(text: String) throws {
        let members = "\"admin.listen\": \"\(text)\""
        #expect(
            Sample.read(Sample.text(members)).problems.map(\.description) == [
                "admin.listen: \(text) can be reached from other machines, and asks for a token; "
                    + "set admin.token, or listen on 127.0.0.1"
            ])
        let settings = try Sample.settings(members + #", "admin.token": "0123456789abcdef""#)
        #expect(settings.adminToken == Secret("0123456789abcdef"))
    }

    @Test(
        "takes no token that cannot be sent, or that was only to be filled in", arguments: ["", "a b", "ä", "<TOKEN>"])
    func badToken(text: String) {
        for listen in ["127.0.0.1:9464", "0.0.0.0:9464"] {
            let members = #""admin.listen": "\#(listen)", "admin.token": "\#(text)""#
            #expect(Sample.read(Sample.text(members)).problems.map(\.key) == ["admin.token"])
        }
    }

    @Test("warns of a token that may be guessed")
    func shortToken() {
        let reading = Sample.read(Sample.text(#""admin.token": "0123456789abcde""#))
        #expect(reading.problems.isEmpty && reading.warnings.map(\.key) == ["admin.token"])
        let one = Sample.read(Sample.text(#""admin.token": "0""#))
        #expect(one.warnings.map(\.wrong) == ["has 1 byte, and may be guessed"])
    }

    // MARK: - Hints

    private static let credentials = #""hint.username": "insightly", "hint.password": "a-password""#

    @Test("is for hints an address with credentials")
    func hints() throws {
        let members = "\"hint.listen\": \"127.0.0.1:9465\", \(Self.credentials)"
        let reading = Sample.read(Sample.text(members))
        #expect(
            try reading.outcome.get().hint
                == HintListen(
                    listen: .tcp(host: "127.0.0.1", port: 9465), username: "insightly", password: Secret("a-password")))
        #expect(reading.warnings.isEmpty)
        #expect(Plan(try reading.outcome.get()).hint == (try reading.outcome.get().hint))
    }

    @Test(
        "is for hints no address without both credentials",
        arguments: [
            ("", ["hint.username", "hint.password"]), (#", "hint.username": "insightly""#, ["hint.password"]),
            (#", "hint.password": "a-password""#, ["hint.username"]),
            (#", "hint.username": "a:b", "hint.password": """#, ["hint.username", "hint.password"]),
        ])
    func withoutCredentials(members: String, keys: [String]) {
        let reading = Sample.read(Sample.text(#""hint.listen": "127.0.0.1:9465""# + members))
        #expect(reading.problems.map(\.key) == keys)
        #expect(reading.problems.allSatisfy { $0.right.contains("write") })
    }

    @Test("is for hints nothing where only credentials are given, which is warned about")
    func credentialsAlone() throws {
        let reading = Sample.read(Sample.text(Self.credentials))
        #expect(try reading.outcome.get().hint == nil)
        #expect(reading.warnings.map(\.key) == ["hint.username", "hint.password"])
    }

    @Test("is for hints another address than for people, and loopback at best")
    func address() {
        let taken = Sample.read(Sample.text("\"hint.listen\": \"127.0.0.1:9464\", \(Self.credentials)"))
        #expect(taken.problems.map(\.key) == ["hint.listen"])
        let any = #""admin.listen": "127.0.0.1:0", "hint.listen": "127.0.0.1:0""#
        #expect(Sample.read(Sample.text("\(any), \(Self.credentials)")).problems.isEmpty)
        let exposed = Sample.read(Sample.text("\"hint.listen\": \"0.0.0.0:9465\", \(Self.credentials)"))
        #expect(exposed.problems.isEmpty && exposed.warnings.map(\.key) == ["hint.listen"])
    }
}
