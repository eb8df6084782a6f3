// Where events are sent, signed by what, and how patiently.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("The settings of notifications")
struct NotificationSectionTests {
    private func settings(_ members: String) throws -> EndpointSettings {
        try #require(try Sample.settings(members).endpoint)
    }

    @Test("have the defaults of the documentation")
    func defaults() throws {
        let settings = try settings("")
        #expect(settings.name == "default" && settings.url == "https://example.com/in" && settings.headers.isEmpty)
        #expect(settings.basicCredentials == nil && settings.format == .standard)
        #expect(settings.timeout == .seconds(15) && settings.concurrency == 4 && settings.requestsPerSecond == nil)
        #expect(settings.retrySchedule == .standard && settings.rules == EndpointRules())
        #expect(settings.certificates == EndpointCertificates())
        #expect(settings.signatureKeys == [SigningKey(bytes: [UInt8](repeating: 0, count: 24))])
    }

    @Test("take what is written")
    func written() throws {
        let settings = try settings(
            """
            "event.notification.callback.headers": {"X-Tenant": "7", "Authorization": "Bearer x"},
            "event.notification.timeout": "200ms", "event.notification.concurrency": "1",
            "event.notification.requests_per_second": 2.5, "event.notification.retry.schedule": ["1s", "1h"]
            """)
        #expect(settings.headers.map(\.name) == ["X-Tenant", "Authorization"])
        #expect(settings.timeout == .milliseconds(200) && settings.concurrency == 1)
        #expect(settings.requestsPerSecond == 2.5 && settings.retrySchedule.waits == [.seconds(1), .hours(1)])
        let networks = #""event.notification.allowed_networks": ["10.1.2.3/8", "::1"]"#
        #expect(
            try Sample.settings(networks).endpoint?.allowedNetworks
                == ["10.0.0.0/8", "::1/128"].compactMap { IPNetwork($0) })
    }

    @Test("take headers as a text that holds JSON, as the platform's forms store them")
    func headersInText() throws {
        let headers = try settings(#""event.notification.callback.headers": "{\"X-Tenant\": \"7\"}""#).headers
        #expect(headers == [CallbackHeader(name: "X-Tenant", value: Secret("7"))])
    }

    @Test("take Basic credentials, the password in any of a secret's forms")
    func basic() throws {
        let members = #""event.notification.basic.username": "u", "event.notification.basic.password": {"env": "P"}"#
        let settings = try Sample.settings(members, secrets: .holding(environment: ["P": "p"]))
        #expect(settings.endpoint?.basicCredentials == BasicCredentials(username: "u", password: Secret("p")))
    }

    @Test(
        "call in the clear only what is inside the allowed networks",
        arguments: [
            ("http://10.1.2.3:8080/in", #"["10.0.0.0/8"]"#, true), ("http://localhost:9/", #"["127.0.0.0/8"]"#, true),
            ("http://localhost:9/", #"["::1/128"]"#, true), ("http://[::1]/", #"["::1/128"]"#, true),
            ("http://10.1.2.3/", "[]", false), ("http://example.com/", #"["0.0.0.0/0"]"#, false),
            ("http://localhost/", #"["10.0.0.0/8"]"#, false), ("https://10.1.2.3/", "[]", true),
            ("https://example.com/in?token=1", "[]", true), ("ftp://example.com/", "[]", false),
            ("example.com/in", "[]", false), ("https://", "[]", false), ("https://u:p@example.com/", "[]", false),
            ("https://example.com/#here", "[]", false), ("https://example.com/a b", "[]", false),
            ("https://example.com:99999/", "[]", false), ("https://example.com/%zz", "[]", false),
            ("https://example.com/in?x=%4", "[]", false), ("https://example.com/%2F?x=%25", "[]", true),
            ("https://example.com:/in", "[]", false), ("https://example.com:", "[]", false),
            ("https://example.com:443/in", "[]", true), ("https://[::1%25lo]/", "[]", false),
            ("https://[fe80::1%lo]/", "[]", false), ("https://[2001:db8::1]:8443/in", "[]", true),
            ("https://[2001:db8::1]:/in", "[]", false), ("https://[nowhere]/", "[]", false),
            ("https://ex%61mple.com/", "[]", false), ("https://example..com/", "[]", false),
        ])
    func callback(url: String, networks: String, isAccepted: Bool) {
        let members = """
            "event.notification.callback.url": "\(url)", "event.notification.allowed_networks": \(networks)
            """
        let keys = Sample.read(Sample.text(members)).problems.map(\.key)
        #expect(keys == (isAccepted ? [] : ["event.notification.callback.url"]))
    }

    @Test(
        "say what is to be done about a callback that is none",
        arguments: [
            ("https://example.com/%zz", "write %25 for a percent sign"), ("https://example.com:/", "no port behind it"),
            ("https://[::1%25lo]/", "has a zone in it"), ("https://[nowhere]/", "is no IPv6 address"),
            ("https://ex%61mple.com/", "the host has a %"),
            ("https://<your-host>/insightly", "a place to fill in"), ("https://{{host}}/in", "a place to fill in"),
            ("https://{host}/in", "a place to fill in"), ("https://example.com/<path>", "a place to fill in"),
            ("https://${HOST}/in", "a place to fill in"), ("<INSERT_CALLBACK_URL>", "a place to fill in"),
            ("YOUR_CALLBACK_URL", "a place to fill in"), ("https://your-host/in", "a place to fill in"),
            ("https://[YOUR-HOST]/in", "a place to fill in"),
            ("https://example.com/%3Cyour-path%3E", "a place to fill in"),
        ])
    func badCallback(url: String, hint: String) {
        for member in [#""event.notification.callback.url""#, #""insightly.base_url""#] {
            let problems = Sample.read(Sample.text("\(member): \"\(url)\"")).problems
            #expect(problems.count == 1 && problems[0].description.contains(hint), "\(problems)")
        }
    }

    @Test("warn of what may be a place to fill in among a callback's parameters", arguments: ["%3Cb%3E", "%3cid%3e"])
    func encodedBrackets(value: String) throws {
        let members = "\"event.notification.callback.url\": \"https://example.com/in?tag=\(value)\""
        #expect(try Sample.settings(members).endpoint?.url.hasSuffix(value) == true)
        #expect(Sample.read(Sample.text(members)).warnings.map(\.key) == ["event.notification.callback.url"])
    }

    @Test(
        "warn of a callback that would never be dialled",
        arguments: [
            ("https://10.1.2.3/in", "[]", true), ("https://10.1.2.3/in", #"["10.0.0.0/8"]"#, false),
            ("https://localhost/", "[]", true), ("https://localhost/", #"["::1/128"]"#, false),
            ("https://[::ffff:169.254.169.254]/", "[]", true), ("https://8.8.8.8/", "[]", false),
            ("https://example.com/", "[]", false),
        ])
    func neverDialled(url: String, networks: String, isWarned: Bool) {
        let members = """
            "event.notification.callback.url": "\(url)", "event.notification.allowed_networks": \(networks)
            """
        let warnings = Sample.read(Sample.text(members)).warnings.map(\.key)
        #expect(warnings == (isWarned ? ["event.notification.callback.url"] : []))
    }

    @Test("miss a callback that is null, empty or false", arguments: ["null", "\"\"", "\"false\"", "false"])
    func noCallback(value: String) throws {
        let members = "\"event.notification.callback.url\": \(value)"
        #expect(Sample.read(Sample.text(members)).problems.map(\.key) == ["event.notification.callback.url"])
        #expect(try Sample.read("{\(members)}").outcome.get().notification == nil)
    }

    @Test(
        "refuse headers that the daemon sets, and what is no header",
        arguments: [
            #"{"Webhook-Id": "1"}"#, #"{"content-length": "1"}"#, #"{"Host": "x"}"#, #"{"X A": "1"}"#, #"{"": "1"}"#,
            #"{"X-A": "1\r\nX-B: 2"}"#, #"{"X-A": "1", "x-a": "2"}"#, #"{"X-A": 5}"#, #"{"X-A": null}"#, "[]", "\"x\"",
        ])
    func badHeaders(headers: String) {
        let problems = Sample.read(Sample.text("\"event.notification.callback.headers\": \(headers)")).problems
        #expect(problems.count == 1 && problems[0].key.hasPrefix("event.notification.callback.headers"), "\(problems)")
    }

    @Test("refuse Authorization beside Basic credentials, and a password without a name, or with a place for one")
    func credentials() {
        let both = """
            "event.notification.callback.headers": {"authorization": "x"}, "event.notification.basic.username": "u"
            """
        #expect(Sample.read(Sample.text(both)).problems.map(\.key) == ["event.notification.callback.headers"])
        let unnamed = #""event.notification.basic.username": "<USER>", "event.notification.basic.password": "p""#
        #expect(Sample.read(Sample.text(unnamed)).problems.map(\.key) == ["event.notification.basic.username"])
        let nameless = #""event.notification.basic.password": "p""#
        #expect(Sample.read(Sample.text(nameless)).problems.map(\.key) == ["event.notification.basic.password"])
    }

    @Test("warn of a name without a password, which is sent with an empty one")
    func withoutPassword() {
        let alone = Sample.read(Sample.text(#""event.notification.basic.username": "u""#))
        #expect(alone.problems.isEmpty)
        #expect(alone.warnings.map(\.key) == ["event.notification.basic.password"])
        let empty = #""event.notification.basic.username": "u", "event.notification.basic.password": {"env": "P"}"#
        let read = Sample.read(Sample.text(empty), secrets: .holding(environment: ["P": "p"]))
        #expect(read.warnings.isEmpty)
    }
}

@Suite("Signature keys")
struct SignatureKeyTests {
    private func keys(_ json: String, _ secrets: SecretSources = .empty) throws -> [SigningKey]? {
        try Sample.settings("\"event.notification.signature.key\": \(json)", secrets: secrets).endpoint?
            .signatureKeys
    }

    @Test("are the bytes behind whsec_, or the bytes of any other text")
    func bytes() throws {
        #expect(try keys("\"\(Sample.key)\"") == [SigningKey(bytes: [UInt8](repeating: 0, count: 24))])
        #expect(
            try keys(#""MySecretEventSignatureKey""#) == [SigningKey(bytes: Array("MySecretEventSignatureKey".utf8))])
        #expect(try keys(#""ключ""#) == [SigningKey(bytes: Array("ключ".utf8))])
    }

    @Test(
        "written with a space before them, or in capitals, are a slip and no text of their own",
        arguments: [" ", "\\t", "\\n"])
    func otherSpelling(before: String) {
        for key in [before + Sample.key, Sample.key.uppercased(), before + "whsk_AAAA", "WHPK_AAAA"] {
            let problems = Sample.read(Sample.text("\"event.notification.signature.key\": \"\(key)\"")).problems
            #expect(problems.map(\.key) == ["event.notification.signature.key"], "\(key)")
        }
    }

    @Test("may be several, in order, from several places")
    func several() throws {
        let world = SecretSources.holding(files: ["/new": Sample.key + "\n"])
        #expect(
            try keys(#"[{"file": "/new"}, "old"]"#, world) == [
                SigningKey(bytes: [UInt8](repeating: 0, count: 24)), SigningKey(bytes: Array("old".utf8)),
            ])
    }

    @Test("are looked for as credential, then in the environment")
    func defaults() throws {
        let environment = ["INSIGHTLY_WEBHOOKS_SIGNATURE_KEY": "of-environment"]
        #expect(
            try keys("null", .holding(environment: environment)) == [SigningKey(bytes: Array("of-environment".utf8))])
        let both = SecretSources.holding(environment: environment, credentials: ["signature-key": "of-credential\n"])
        #expect(try keys("\"\"", both) == [SigningKey(bytes: Array("of-credential".utf8))])
    }

    @Test("that are missing are a problem that says how to make one", arguments: ["null", "\"\"", "[]"])
    func missing(json: String) {
        let problems = Sample.read(Sample.text("\"event.notification.signature.key\": \(json)")).problems
        #expect(problems.map(\.key) == ["event.notification.signature.key"])
        #expect(problems.first?.right.contains("insightly-webhooks secret") == true)
    }

    @Test(
        "of whsec_ are the bytes behind it, and other lengths than 24 to 64 of them are warned about",
        arguments: [
            (3, true), (23, true), (24, false), (64, false), (65, true),
        ])
    func lengths(count: Int, isWarned: Bool) throws {
        // Four letters A are three zero bytes.
        let whole = String(repeating: "AAAA", count: count / 3)
        let base64 = whole + ["", "AA==", "AAA="][count % 3]
        let reading = Sample.read(Sample.text("\"event.notification.signature.key\": \"whsec_\(base64)\""))
        #expect(reading.warnings.map(\.key) == (isWarned ? ["event.notification.signature.key"] : []))
        let keys = try reading.outcome.get().endpoint?.signatureKeys
        #expect(keys == [SigningKey(bytes: [UInt8](repeating: 0, count: count))])
        #expect(!Sample.read(Sample.text("\"event.notification.signature.key\": \"whsec_\"")).problems.isEmpty)
    }

    @Test("that are lists name every element that is wrong")
    func everyElement() {
        let problems = Sample.read(
            Sample.text(
                #"""
                "event.notification.retry.schedule": ["5s", "bad", 7, null],
                "event.notification.allowed_networks": ["10.0.0.0/8", "x", "y"],
                "event.poller.configuration": {"contacts": {"ignoreFields": ["", "A", 5]}}
                """#)
        ).problems
        #expect(
            Set(problems.map(\.key)) == [
                "event.notification.retry.schedule[1]", "event.notification.retry.schedule[2]",
                "event.notification.retry.schedule[3]", "event.notification.allowed_networks[1]",
                "event.notification.allowed_networks[2]", "event.poller.configuration.contacts.ignoreFields[0]",
                "event.poller.configuration.contacts.ignoreFields[2]",
            ])
    }

    @Test("that are broken are named by their place in the list")
    func place() {
        let json = #"["good", "whsec_not base64!", {"env": "NONE"}, null]"#
        let problems = Sample.read(Sample.text("\"event.notification.signature.key\": \(json)")).problems
        let name = "event.notification.signature.key"
        #expect(Set(problems.map(\.key)) == ["\(name)[1]", "\(name)[2]", "\(name)[3]"])
    }
}
