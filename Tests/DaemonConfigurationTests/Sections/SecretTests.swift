// Secrets: where they may come from, and that they stay secret.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("A secret")
struct SecretTests {
    private let world = SecretSources.holding(
        environment: ["KEY": "of-environment"], files: ["/etc/key": "of-file\r\n", "/etc/empty": "\n"],
        credentials: ["key": "of-credential\n", "empty": "\n"])

    @Test(
        "comes from the file itself, the environment, another file or a credential",
        arguments: [
            (#""of-text""#, "of-text"), (#"{"env": "KEY"}"#, "of-environment"), (#"{"file": "/etc/key"}"#, "of-file"),
            (#"{"credential": "key"}"#, "of-credential"),
        ])
    func sources(reference: String, secret: String) throws {
        let settings = try Sample.settings("\"insightly.api_key\": \(reference)", secrets: world)
        #expect(settings.api?.apiKey == Secret(secret))
    }

    @Test(
        "that is not where it should be is a problem that says where to put it",
        arguments: [
            (#"{"env": "OTHER"}"#, "variable OTHER is not set"),
            (#"{"file": "/etc/other"}"#, "/etc/other cannot be read"),
            (#"{"file": "/etc/empty"}"#, "the file /etc/empty is empty; write the secret into it"),
            (
                #"{"credential": "other"}"#,
                "systemd passed credentials, but none named other; give the unit LoadCredential=other, write the secret "
                    + "into /etc/credstore/other, and restart"
            ),
            (
                #"{"credential": "signature-key"}"#,
                "systemd passed credentials, but none named signature-key; write the secret into "
                    + "/etc/credstore/signature-key, or into the file that LoadCredential=signature-key of the unit "
                    + "names, and restart"
            ),
            (#"{"credential": "empty"}"#, "the credential empty is empty; write the secret into /etc/credstore/empty"),
            (#"{"envv": "KEY"}"#, #"the nearest is "env""#),
            (#"{"env": "KEY", "file": "x"}"#, "2 members"), (#"{"env": 5}"#, "no text"), ("[5]", "is not a secret"),
            (#"{"env": "0a1b-2c3d"}"#, "write the name, not the secret"),
        ])
    func missing(reference: String, hint: String) {
        let problems = Sample.read(Sample.text("\"insightly.api_key\": \(reference)"), secrets: world).problems
        #expect(problems.map(\.key) == ["insightly.api_key"])
        #expect(problems.first?.description.contains(hint) == true, "\(problems)")
    }

    @Test("that is to be a credential where there are none is told apart: nobody reads that a unit lacks what it has")
    func noCredentials() throws {
        let reading = Sample.read(#"{"insightly.api_key": {"credential": "insightly-api-key"}}"#)
        let said = try #require(reading.warnings.first).description
        #expect(said.contains("for CREDENTIALS_DIRECTORY is not set; under systemd, write the secret into"), "\(said)")
        #expect(said.contains("/etc/credstore/insightly-api-key, or into the file that LoadCredential="), "\(said)")
        #expect(said.contains("by hand, set CREDENTIALS_DIRECTORY=/etc/credstore") && !said.contains("add "), "\(said)")
    }

    @Test("of a service is asked for where systemd takes it from, where nobody but root may see whether it is there")
    func ofService() throws {
        let service = try #require(PackagedService(configuration: "/etc/insightly-webhooks/other.json"))
        var sources = SecretSources.holding()
        sources.credentials = .service(service)
        let named = Sample.text(#""insightly.api_key": {"credential": "insightly-api-key"}"#)
        let said = try #require(Sample.read(named, secrets: sources).problems.first).description
        #expect(said.contains("/etc/credstore/other.insightly-api-key is not there"), "\(said)")
        #expect(said.contains("ask again as root"), "\(said)")
        let nothing =
            #"{"event.notification.enabled": true, "event.notification.callback.url": "https://example.com/in"}"#
        let problems = Sample.read(nothing, secrets: sources).problems.map(\.description)
        for name in ["insightly-api-key", "signature-key"] {
            let place = "credential \(name) (/etc/credstore/other.\(name), which root alone may see)"
            #expect(problems.contains { $0.contains(place) }, "\(problems)")
        }
    }

    @Test("that is not there is only a warning while the daemon is not enabled")
    func disabled() throws {
        let reading = Sample.read(#"{"insightly.api_key": {"env": "OTHER"}}"#, secrets: world)
        #expect(try reading.outcome.get().api == nil)
        #expect(reading.warnings.map(\.key) == ["insightly.api_key"])
    }

    @Test("appears in no description, reflection or dump of the settings")
    func redacted() throws {
        let members = """
            "event.notification.callback.headers": {"Authorization": "hush-header"},
            "event.notification.signature.key": ["hush-signature"], "insightly.api_key": "hush-api"
            """
        let settings = try Sample.settings(members)
        #expect(settings.endpoint?.headers.first?.value.revealedText == "hush-header")
        var dumped = ""
        dump(settings, to: &dumped)
        for text in [dumped, "\(settings)", String(reflecting: settings)] { #expect(!text.contains("hush")) }
        #expect(!dumped.contains("104"), "the bytes of a secret are shown")
    }

    @Test("that is wrong appears in no problem")
    func notInProblems() {
        let members = """
            "event.notification.callback.headers": {"Host": "hush-1", "X-A": "hush-2\\n", "X B": "hush-3"},
            "event.notification.signature.key": ["whsec_hush-4", {"hint": "hush-5"}], "insightly.api_key": "hush 6",
            "event.notification.callback.url": "https://example.com/#hush-7",
            "event.notification.basic.password": "hush-8"
            """
        let reading = Sample.read(Sample.text(members))
        #expect(reading.problems.count == 8, "\(reading.problems)")
        #expect(!reading.lines(permissions: 0o644).joined().contains("hush"))
    }

    @Test("in a file that others may read is warned about")
    func exposed() {
        let reading = Sample.read(Sample.text())
        #expect(reading.literalSecretKeys.sorted() == ["event.notification.signature.key", "insightly.api_key"])
        #expect(reading.lines(permissions: 0o644).count == 2 && reading.lines(permissions: 0o600).isEmpty)
        let referred = Sample.read(#"{"insightly.api_key": {"env": "KEY"}}"#, secrets: world)
        #expect(referred.exposures(permissions: 0o644).isEmpty)
    }

    /// As tutorials, exports and templates have them.
    static let placeholders = [
        "<OPTIONAL_SIGNATURE_KEY>", "<your key>", "********", "••••••••", "abcd********", "xxxxxxxx",
        "XXXXXXXX-XXXX-XXXX",
        "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "00000000-0000-0000-0000-000000000000", "...", "…", "{{ api_key }}",
        "${API_KEY}", "{apiKey}", "[YOUR KEY]", "%API_KEY%", "$INSIGHTLY_API_KEY", "changeme", "change-me", "CHANGE_ME",
        "YOUR API KEY", "your-api-key-here", "your_signature_key", "YourSecretHere", "insert_key_here", "REPLACE_ME",
        "TODO", "placeholder", "API_KEY", "whsec_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "whsec_...", "whsec_<your key>",
        "whsec_********", "whsk_YOUR_PRIVATE_KEY", "OPTIONAL_SIGNATURE_KEY", "REDACTED", "redacted", "[REDACTED]",
        "***REDACTED***", "MASKED", "Filtered", "(hidden)", "*** hidden ***", "-- hidden for security --", "<hidden>",
        "whsec_REDACTED", "<%= ENV['KEY'] %>", "<% key %>", "#{KEY}", "#{ENV['KEY']}", "${{ secrets.API_KEY }}",
        "{{ lookup('env', 'KEY') | trim }}", "${KEY:-}", "${env:API_KEY}", "%{api_key}", "@API_KEY@", "__API_KEY__",
        "string", "null", "NULL", "nil", "None", "undefined", "[object Object]", "<no value>", "insightly_api_key",
        "insightly-api-key", "api-key", "api key", "apikey", "apiKey", "signature-key", "my-api-key",
    ]

    /// Those of them that a receiver may well have been given as its password.
    private static let mayBePasswords: Set = [
        "00000000-0000-0000-0000-000000000000", "changeme", "change-me", "CHANGE_ME", "TODO", "placeholder", "API_KEY",
        "OPTIONAL_SIGNATURE_KEY", "redacted", "MASKED", "Filtered", "string", "null", "NULL", "nil",
        "None", "undefined", "insightly_api_key", "insightly-api-key", "api-key", "api key", "apikey", "apiKey",
        "signature-key", "my-api-key",
    ]

    @Test("that is weak may be a password all the same", arguments: ["changeme", "111111", "aaa", "todo", "CHANGE_ME"])
    func weakPassword(text: String) throws {
        let members = """
            "event.notification.basic.username": "u", "event.notification.basic.password": "\(text)"
            """
        #expect(try Sample.settings(members).endpoint?.basicCredentials?.password == Secret(text))
        let warnings = Sample.read(Sample.text(members)).warnings
        #expect(warnings.map(\.key) == ["event.notification.basic.password"])
        #expect(!"\(warnings)".contains(text))
    }

    @Test("that is a place to fill in, or a mask, is none, wherever it comes from", arguments: placeholders)
    func placeholder(text: String) {
        let holding = SecretSources.holding(environment: ["KEY": text], files: ["/key": text + "\n"])
        for value in ["\"\(text)\"", #"{"env": "KEY"}"#, #"{"file": "/key"}"#] {
            let members = """
                "insightly.api_key": \(value), "event.notification.signature.key": \(value),
                "event.notification.basic.username": "u", "event.notification.basic.password": \(value)
                """
            let reading = Sample.read(Sample.text(members), secrets: holding)
            let problems = reading.problems
            let mayBePassword = Self.mayBePasswords.contains(text)
            #expect(
                problems.map(\.key) == ["insightly.api_key"]
                    + (mayBePassword ? [] : ["event.notification.basic.password"]) + [
                        "event.notification.signature.key"
                    ])
            #expect(reading.warnings.contains { $0.key == "event.notification.basic.password" } == mayBePassword)
            for problem in problems {
                #expect(problem.wrong.contains("place to fill in") || problem.wrong.contains("mask"), "\(problem)")
                #expect(!problem.wrong.contains(text) || text.count < 9, "\(problem)")
            }
        }
    }

    @Test("that is a mask or a place to fill in is none among the looked-for sources either")
    func unwrittenPlaceholder() {
        let holding = SecretSources.holding(
            environment: ["INSIGHTLY_API_KEY": "changeme"], credentials: ["signature-key": "<KEY>\n"])
        let members = #""insightly.api_key": null, "event.notification.signature.key": null"#
        let problems = Sample.read(Sample.text(members), secrets: holding).problems
        #expect(problems.map(\.key) == ["insightly.api_key", "event.notification.signature.key"])
    }

    @Test(
        "that is real is no place to fill in",
        arguments: [
            "11111111-1111-4111-8111-111111111111", "0a1b2c3d-key", "dummy-signature-key", "MySecretEventSignatureKey",
            Sample.key, "ab", "p", "todos-los-dias", "Xx9xxx7xxx", "correct-horse-battery", "yourselves-truly",
            "hunter2<3", "a{b}c", "50%-off-100%", "changed-last-week", "(abc)", "secret", "mysecret", "my-secret-key",
            "the-hidden-fortress", "stringent", "nullius-in-verba", "redactedly", "#a1b2c3#", "@home@", "__x9__",
            "%{9!}",
            "${9!x-}", "#{k2;}", "token-ring-42", "MaskedSinger77", "hiddenkey", "password",
        ])
    func real(text: String) throws {
        let settings = try Sample.settings(
            """
            "event.notification.signature.key": "\(text)", "insightly.api_key": "0a1b2c3d-key",
            "event.notification.basic.username": "u", "event.notification.basic.password": "\(text)"
            """)
        #expect(settings.endpoint?.basicCredentials?.password == Secret(text))
    }

    @Test("in a header is none where it is only marked as one")
    func header() throws {
        for text in [
            "Bearer <token>", "Bearer {{token}}", "Bearer ********", "${TOKEN}", "REDACTED", "Bearer REDACTED",
            "[redacted]", "Bearer (hidden)", "*** hidden ***", "Bearer <%= ENV['TOKEN'] %>", "#{TOKEN}",
            "Bearer ${{ secrets.TOKEN }}",
        ] {
            let members = "\"event.notification.callback.headers\": {\"Authorization\": \"\(text)\"}"
            let problems = Sample.read(Sample.text(members)).problems
            #expect(problems.map(\.key) == ["event.notification.callback.headers.Authorization"], "\(text)")
        }
        let members = #"""
            "event.notification.callback.headers": {"X-Tenant": "777", "X-Mode": "todo", "X-Q": "a <b> c",
            "X-R": "redacted", "X-S": "hidden", "X-T": "null", "X-U": "(a) b", "X-V": "api-key", "X-W": "a #{b"}
            """#
        #expect(try Sample.settings(members).endpoint?.headers.count == 9)
    }
}
