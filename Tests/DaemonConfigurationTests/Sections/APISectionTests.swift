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

    @Test("warn of a share that leaves no request", arguments: ["0", "0.00001"])
    func nothingLeft(share: String) {
        let members = "\"insightly.quota_share\": \(share), \"insightly.daily_limit\": 60000"
        #expect(Sample.read(Sample.text(members)).warnings.map(\.key) == ["insightly.quota_share"])
        #expect(Sample.read(Sample.text(members + "0")).warnings.isEmpty == (share != "0"))
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
