// Where the API is, its key, and how much of it may be used.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("The settings of the API")
struct APISectionTests {
    @Test("follow from the pod")
    func pod() throws {
        let api = try #require(try Sample.settings(#""insightly.pod": "EU1""#).api)
        #expect(api.baseURL == "https://api.eu1.insightly.com/v3.1/")
        #expect(api.requestsPerSecond == 5 && api.quotaShare == 0.8 && api.dailyLimit == nil)
        #expect(api.apiKey == Secret("0a1b2c3d-key"))
    }

    @Test("take another server, in the clear on loopback only, and then any pace")
    func baseURL() throws {
        let members = #""insightly.base_url": "http://127.0.0.1:8080/v3.1", "insightly.requests_per_second": "500""#
        let api = try #require(try Sample.settings(members).api)
        #expect(api.baseURL == "http://127.0.0.1:8080/v3.1/" && api.requestsPerSecond == 500)
        #expect(try Sample.settings(#""insightly.base_url": "http://[::1]/""#).api?.baseURL == "http://[::1]/")
    }

    @Test("do without a pod, with a warning")
    func podless() throws {
        let reading = Sample.read(Sample.text(#""insightly.pod": null"#))
        #expect(try reading.outcome.get().api?.baseURL == "https://api.insightly.com/v3.1/")
        #expect(reading.warnings.map(\.key) == ["insightly.pod"])
    }

    @Test("say that a pod is not used beside another server")
    func podBeside() throws {
        let reading = Sample.read(
            Sample.text(#""insightly.pod": "na1", "insightly.base_url": "http://127.0.0.1:8080/v3.1/""#))
        #expect(try reading.outcome.get().api?.baseURL == "http://127.0.0.1:8080/v3.1/")
        #expect(reading.warnings.map(\.key) == ["insightly.pod"])
    }

    @Test("warn of a share that leaves no request", arguments: ["0", "0.00001"])
    func nothingLeft(share: String) {
        let members = "\"insightly.quota_share\": \(share), \"insightly.daily_limit\": 60000"
        #expect(Sample.read(Sample.text(members)).warnings.map(\.key) == ["insightly.quota_share"])
        #expect(Sample.read(Sample.text(members + "0")).warnings.isEmpty == (share != "0"))
    }

    @Test(
        "understand a whole URL as the pod",
        arguments: [
            "https://api.na1.insightly.com/v3.1/", "https://api.NA1.insightly.com",
            "api.na1.insightly.com/v3.1/Contacts",
            "https://crm.na1.insightly.com/details/contact/7",
        ])
    func podOfURL(text: String) throws {
        let reading = Sample.read(Sample.text("\"insightly.pod\": \"\(text)\""))
        #expect(try reading.outcome.get().api?.baseURL == "https://api.na1.insightly.com/v3.1/")
        #expect(reading.warnings.isEmpty)
    }

    @Test(
        "take no other URL for a pod",
        arguments: [
            "https://api.insightly.com/v3.1/", "https://api.na1.insightly.com.example.org/", "https://na1.example.org/",
        ])
    func foreignPod(text: String) {
        #expect(Sample.read(Sample.text("\"insightly.pod\": \"\(text)\"")).problems.map(\.key) == ["insightly.pod"])
    }

    @Test(
        "warn of a base URL without the version, or with another",
        arguments: [
            ("https://proxy.example.com/", "does not end in /v3.1/"),
            ("https://api.na1.insightly.com/v2.2/", "ends in /v2.2/, which"),
            ("https://api.na1.insightly.com/v3.1", ""),
        ])
    func version(base: String, warning: String) throws {
        let members = "\"insightly.pod\": null, \"insightly.base_url\": \"\(base)\""
        let warnings = Sample.read(Sample.text(members)).warnings
        #expect(warnings.count == (warning.isEmpty ? 0 : 1))
        #expect(warnings.allSatisfy { $0.key == "insightly.base_url" && $0.wrong.hasPrefix(warning) })
    }

    @Test("say what the address may have to do with a 404")
    func advice() throws {
        let podless = try #require(try Sample.settings(#""insightly.pod": null"#).api)
        #expect(podless.advice(afterStatus: 404)?.contains("insightly.pod is not set") == true)
        #expect(podless.advice(afterStatus: 403) == nil)
        #expect(try Sample.settings(#""insightly.pod": "na1""#).api?.advice(afterStatus: 404) == nil)
    }

    @Test("find the key as credential, and failing that in the environment")
    func defaultKey() throws {
        let environment = ["INSIGHTLY_API_KEY": "of-environment"]
        let credentials = ["insightly-api-key": "of-credential\n"]
        let members = #""insightly.api_key": null"#
        let both = try Sample.settings(members, secrets: .holding(environment: environment, credentials: credentials))
        #expect(both.api?.apiKey.revealedText == "of-credential")
        let one = try Sample.settings(members, secrets: .holding(environment: environment))
        #expect(one.api?.apiKey.revealedText == "of-environment")
        #expect(Sample.read(Sample.text(members)).problems.map(\.key) == ["insightly.api_key"])
    }

    @Test(
        "refuse a key that cannot be one, without showing it",
        arguments: ["two words", "a:b", "<INSERT KEY>", "ключ", "line\\nbreak"])
    func badKey(key: String) {
        let reading = Sample.read(Sample.text("\"insightly.api_key\": \"\(key)\""))
        #expect(reading.problems.map(\.key) == ["insightly.api_key"])
        #expect(!reading.lines().joined().contains(key))
    }
}
