// Several endpoints, and what each of them may say.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("The endpoints of a configuration")
struct EndpointsTests {
    private static let noCallback = #""event.notification.callback.url": null"#

    private func endpoints(
        _ blocks: String, besides members: String = noCallback, secrets: SecretSources = .empty
    ) throws -> [EndpointSettings] {
        let text = Sample.text("\(members), \"event.notification.endpoints\": [\(blocks)]")
        return try #require(try Sample.read(text, secrets: secrets).outcome.get().notification).endpoints
    }

    private func problems(_ blocks: String, besides members: String = noCallback) -> [ConfigurationProblem] {
        Sample.read(Sample.text("\(members), \"event.notification.endpoints\": \(blocks)")).problems
    }

    private func one(_ members: String) throws -> EndpointSettings {
        try endpoints(#"{"name": "a", "url": "https://a.example/", \#(members)}"#)[0]
    }

    @Test("take what they leave out from the file, but for what lets somebody in")
    func inherited() throws {
        let members = """
            "event.notification.callback.headers": {"X-Token": "t"}, "event.notification.basic.username": "u",
            "event.notification.basic.password": "p", "event.notification.format": "cloudevents",
            "event.notification.timeout": "3s", "event.notification.concurrency": 2,
            "event.notification.requests_per_second": 7, "event.notification.retry.schedule": ["1s"],
            "event.notification.order": "endpoint", "event.notification.allowed_networks": ["10.0.0.0/8"]
            """
        let both = try endpoints(#"{"name": "a", "url": "https://a.example/"}"#, besides: members)
        #expect(
            both.map(\.name) == ["default", "a"] && both.map(\.url) == ["https://example.com/in", "https://a.example/"])
        let endpoint = both[1]
        #expect(endpoint.headers.isEmpty && endpoint.basicCredentials == nil)
        #expect(endpoint.format == .cloudEvents && endpoint.timeout == .seconds(3) && endpoint.concurrency == 2)
        #expect(endpoint.requestsPerSecond == 7 && endpoint.retrySchedule.waits == [.seconds(1)])
        let uncapped = try endpoints(
            #"{"name": "a", "url": "https://a.example/", "requests_per_second": null}"#, besides: members)
        #expect(uncapped[1].requestsPerSecond == nil)
        #expect(endpoint.rules.order == .endpoint && endpoint.signatureKeys == both[0].signatureKeys)
        #expect(endpoint.allowedNetworks == [IPNetwork("10.0.0.0/8")])
    }

    @Test("say everything for themselves")
    func own() throws {
        let endpoint = try endpoints(
            """
            {"name": "a", "url": "https://a.example/", "signature.key": ["new", "old"], "format": "cloud-elements",
             "headers": {"X-A": "1"}, "basic.username": "u", "basic.password": {"file": "/password"},
             "tls.ca_file": "/ca.pem", "tls.client_certificate": "/cert.pem", "tls.client_key": {"credential": "key"},
             "types": ["contact.*", "*.deleted"], "resources": "contacts", "where": {"A": 1}, "coalesce": true,
             "timeout": "1s", "concurrency": 9, "requests_per_second": 5, "retry.schedule": [],
             "allowed_networks": ["127.0.0.0/8"]}
            """,
            secrets: .holding(
                files: ["/password": "p\n", "/ca.pem": "CA", "/cert.pem": "CERT"], credentials: ["key": "KEY"]))[0]
        #expect(endpoint.signatureKeys.map(\.bytes) == [Array("new".utf8), Array("old".utf8)])
        #expect(endpoint.format == .cloudElements && endpoint.headers.map(\.name) == ["X-A"])
        #expect(endpoint.basicCredentials == BasicCredentials(username: "u", password: Secret("p")))
        #expect(endpoint.certificates.authorities == Array("CA".utf8))
        #expect(endpoint.certificates.clientCertificate == Array("CERT".utf8))
        #expect(endpoint.certificates.clientKey == Secret("KEY"))
        #expect(endpoint.rules.filter.types.map(\.text) == ["contact.*", "*.deleted"])
        #expect(endpoint.rules.filter.resources == [ResourceName("contacts")] && endpoint.rules.coalesces)
        #expect(endpoint.rules.filter.fields.map(\.pointer) == ["/A"])
        #expect(endpoint.timeout == .seconds(1) && endpoint.concurrency == 9 && endpoint.retrySchedule.waits.isEmpty)
        #expect(endpoint.allowedNetworks == [IPNetwork("127.0.0.0/8")])
    }

    @Test("The documented callback has a certificate and an order of its own, too")
    func callback() throws {
        let settings = try Sample.settings(
            #""event.notification.tls.ca_file": "/ca.pem", "event.notification.coalesce": "true""#,
            secrets: .holding(files: ["/ca.pem": "CA"]))
        #expect(settings.endpoint?.certificates.authorities == Array("CA".utf8))
        #expect(settings.endpoint?.rules == EndpointRules(coalesces: true))
    }

    @Test("ask for fields by any scalar, or a list of them")
    func fields() throws {
        let fields = try one(
            #""where": {"A": "x \"y\"", "B": [1, 2.5, null, true], "/CUSTOMFIELDS/C": "c"}"#
        ).rules.filter.fields
        #expect(fields.map(\.pointer) == ["/A", "/B", "/CUSTOMFIELDS/C"])
        #expect(fields[0].values.map(\.decodedString) == ["x \"y\""] && fields[1].values.count == 4)
    }

    @Test(
        "name what is wrong by its place",
        arguments: [
            ("{}", ["event.notification.endpoints"]), ("[7]", ["[0]"]), ("[null]", ["[0]"]),
            ("[{}]", ["[0].name", "[0].url"]),
            (#"[{"name": "a b", "url": "https://a/"}]"#, ["[0].name"]),
            (#"[{"name": "a", "url": "http://a.example/"}]"#, ["[0].url"]),
            (#"[{"name": "a", "url": "https://a/", "tpyes": []}]"#, ["[0].tpyes"]),
            (#"[{"name": "a", "url": "https://a/", "types": ["contact.changed"]}]"#, ["[0].types[0]"]),
            (#"[{"name": "a", "url": "https://a/", "types": ["contcat.*"]}]"#, ["[0].types"]),
            (#"[{"name": "a", "url": "https://a/", "types": 7}]"#, ["[0].types"]),
            (#"[{"name": "a", "url": "https://a/", "types": []}]"#, ["[0].types"]),
            (#"[{"name": "a", "url": "https://a/", "resources": []}]"#, ["[0].resources"]),
            (#"[{"name": "a", "url": "https://a/", "where": {}}]"#, ["[0].where"]),
            (#"[{"name": "a", "url": "https://a/", "resources": ["contcats"]}]"#, ["[0].resources[0]"]),
            (#"[{"name": "a", "url": "https://a/", "where": []}]"#, ["[0].where"]),
            (#"[{"name": "a", "url": "https://a/", "where": {"A": {}}}]"#, ["[0].where.A"]),
            (#"[{"name": "a", "url": "https://a/", "where": {"A": []}}]"#, ["[0].where.A"]),
            (#"[{"name": "a", "url": "https://a/", "where": {"/A/B": 1}}]"#, ["[0].where./A/B"]),
            (#"[{"name": "a", "url": "https://a/", "coalesce": true, "order": "none"}]"#, ["[0].coalesce"]),
            (#"[{"name": "a", "url": "https://a/", "order": "any"}]"#, ["[0].order"]),
            (#"[{"name": "a", "url": "https://a/", "format": "xml"}]"#, ["[0].format"]),
            (#"[{"name": "a", "url": "https://a/", "tls.client_key": "x"}]"#, ["[0].tls.client_certificate"]),
            (#"[{"name": "a", "url": "https://a/", "tls.ca_file": "/none"}]"#, ["[0].tls.ca_file"]),
            (#"[{"name": "a", "url": "https://a/"}, {"name": "a", "url": "https://b/"}]"#, [""]),
            (#"[{"name": "a", "url": "https://a/"}, {"name": "a"}]"#, ["[1].url", ""]),
            (#"[{"name": "a", "url": "https://a/", "allowed_networks": ["all"]}]"#, ["[0].allowed_networks[0]"]),
        ])
    func wrong(blocks: String, places: [String]) {
        let keys = problems(blocks).map(\.key)
        #expect(keys == places.map { $0.hasPrefix("event") ? $0 : "event.notification.endpoints" + $0 }, "\(keys)")
    }

    @Test("A filter that admits nothing is told how everything is admitted", arguments: ["types", "resources"])
    func emptyFilter(key: String) {
        let found = problems(#"[{"name": "a", "url": "https://a/", "\#(key)": []}]"#)
        #expect(found.count == 1 && found[0].wrong == "is an empty list", "\(found)")
        #expect(found.first?.right.hasPrefix("leave it out") == true, "\(found)")
    }

    @Test("A secret in the place of a path or a name is not repeated")
    func misplacedSecrets() {
        let blocks = [
            #""tls.ca_file": "-----BEGIN PRIVATE KEY-----\nHUSH\n-----END PRIVATE KEY-----""#,
            #""signature.key": {"credential": "whsec_HUSH"}"#, #""signature.key": {"file": "whsk_HUSH"}"#,
        ]
        for block in blocks {
            let found = problems(#"[{"name": "a", "url": "https://a/", \#(block)}]"#)
            #expect(found.count == 1 && !found[0].description.contains("HUSH"), "\(found)")
        }
    }

    @Test("Without a callback, keys of the file are read all the same, and those for it alone are warned about")
    func unusedKeys() {
        let members =
            Self.noCallback + #", "event.notification.timeout": "soon", "event.notification.basic.username": "u""#
        let text = Sample.text(
            members + #", "event.notification.endpoints": [{"name": "a", "url": "https://a/", "timeout": "5s"}]"#)
        #expect(Sample.read(text).problems.map(\.key) == ["event.notification.timeout"])
        #expect(Sample.read(text).warnings.map(\.key) == ["event.notification.basic.username"])
    }

    @Test("Slips of the hand are answered with the nearest name")
    func nearest() {
        let typo = problems(#"[{"name": "a", "url": "https://a/", "signature.kee": "k"}]"#)
        #expect(typo.map(\.right) == ["the nearest known one is \"signature.key\""])
        let resource = problems(#"[{"name": "a", "url": "https://a/", "resources": ["contcats"]}]"#)
        #expect(resource.map(\.right) == ["the nearest is \"contacts\""])
    }

    @Test("Which resource or type there is none of is not told while resources have problems of their own")
    func resourcesWithProblems() {
        let members = Self.noCallback + #", "event.poller.configuration": {"contacts": 7, "leads": {"url": "/v3.1/L"}}"#
        let block = #"[{"name": "a", "url": "https://a/", "resources": "contacts", "types": "contact.*"}]"#
        let places = Set(problems(block, besides: members).map(\.key))
        #expect(!places.isEmpty && !places.contains { $0.contains("endpoints") }, "\(places)")
    }

    @Test("Coalescing that another order forbids is told of with the place of that order")
    func coalescingOutOfOrder() {
        let members = Self.noCallback + #", "event.notification.coalesce": true"#
        let blocks = """
            [{"name": "a", "url": "https://a/", "order": "none"}, {"name": "b", "url": "https://b/", "order": "endpoint"}]
            """
        let found = problems(blocks, besides: members)
        #expect(
            found.map(\.wrong) == [
                #"is true, and event.notification.endpoints[0].order is "none""#,
                #"is true, and event.notification.endpoints[1].order is "endpoint""#,
            ])
    }

    @Test("What a look at the certificates finds is told with the rest, at their places")
    func certificates() throws {
        let check = CertificateCheck { certificates in
            certificates.authorities == nil
                ? []
                : [
                    .init(.authorities, wrong: "holds no certificate", right: "write one"),
                    .init(.clientKey, wrong: "is old", right: "make one", isWarning: true),
                ]
        }
        let text = Sample.text(
            """
            \(Self.noCallback), "log.level": "loud", "event.notification.endpoints":
              [{"name": "a", "url": "https://a/"}, {"name": "b", "url": "https://b/", "tls.ca_file": "/ca.pem"}]
            """)
        let reading = DaemonSettings.read(
            Array(text.utf8), secrets: .holding(files: ["/ca.pem": "CA"]), certificateCheck: check)
        #expect(reading.problems.map(\.key) == ["event.notification.endpoints[1].tls.ca_file", "log.level"])
        #expect(reading.warnings.map(\.key) == ["event.notification.endpoints[1].tls.client_key"])
    }

    @Test("A problem of the file is told once, however many endpoints take the key")
    func once() {
        let blocks = #"[{"name": "a", "url": "https://a/"}, {"name": "b", "url": "https://b/"}]"#
        let members = Self.noCallback + #", "event.notification.timeout": "soon""#
        #expect(problems(blocks, besides: members).map(\.key) == ["event.notification.timeout"])
    }

    @Test("The name of the callback is taken while there is one")
    func nameOfCallback() {
        let blocks = #"[{"name": "default", "url": "https://a/"}]"#
        #expect(problems(blocks).isEmpty)
        #expect(problems(blocks, besides: #""log.level": "info""#).map(\.key) == ["event.notification.endpoints"])
    }

    @Test("Neither callback nor endpoints: both ways are told of")
    func nowhere() {
        #expect(problems("[]").map(\.key) == ["event.notification.callback.url"])
    }

    @Test("Format cloud-elements needs a key that both sides have")
    func elementsKey() {
        let key = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc="
        let block = #"[{"name": "a", "url": "https://a/", "format": "cloud-elements", "signature.key": "\#(key)"}]"#
        #expect(problems(block).map(\.key) == ["event.notification.endpoints[0].signature.key"])
        #expect(problems(block.replacing("cloud-elements", with: "cloudevents")).isEmpty)
        let absent = block.replacing("\"\(key)\"", with: "[\"\(key)\", {\"file\": \"/absent\"}]")
        #expect(problems(absent).map(\.key) == ["event.notification.endpoints[0].signature.key[1]"])
    }
}
