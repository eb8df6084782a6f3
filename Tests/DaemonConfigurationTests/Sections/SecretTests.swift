// Secrets: where they may come from, and that they stay secret.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("A secret")
struct SecretTests {
    private let world = SecretSources.holding(
        environment: ["KEY": "of-environment"], files: ["/etc/key": "of-file\r\n"],
        credentials: ["key": "of-credential\n"])

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
            (#"{"credential": "other"}"#, "LoadCredential=other"), (#"{"envv": "KEY"}"#, #"the nearest is "env""#),
            (#"{"env": "KEY", "file": "x"}"#, "2 members"), (#"{"env": 5}"#, "no text"), ("[5]", "is not a secret"),
            (#"{"env": "0a1b-2c3d"}"#, "write the name, not the secret"),
        ])
    func missing(reference: String, hint: String) {
        let problems = Sample.read(Sample.text("\"insightly.api_key\": \(reference)"), secrets: world).problems
        #expect(problems.map(\.key) == ["insightly.api_key"])
        #expect(problems.first?.description.contains(hint) == true, "\(problems)")
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
}
