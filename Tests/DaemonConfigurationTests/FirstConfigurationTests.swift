// A configuration that was made of a few answers is one that the daemon takes.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("A first configuration")
struct FirstConfigurationTests {
    private func problems(_ first: FirstConfiguration, apiKey: String = "0a1b-key") -> [String] {
        let reading = first.reading(apiKey: apiKey, signatureKey: "MySecretEventSignatureKey")
        guard case .failure(let invalid) = reading.outcome else { return [] }
        return invalid.problems.map(\.key)
    }

    @Test("Its secrets are referred to, and its settings are the answers")
    func files() throws {
        let first = FirstConfiguration(
            api: .pod("na1"), callback: "https://example.com/in?a=%22b%22",
            secrets: .files(apiKey: "/etc/x/insightly-api-key", signatureKey: "/etc/x/signature-key"),
            resources: ["contacts", "leads"], storePath: "/var/x/state.sqlite3")
        let settings = try first.reading(apiKey: "0a1b-key", signatureKey: "MySecretEventSignatureKey").outcome.get()
        #expect(settings.api?.baseURL == "https://api.na1.insightly.com/v3.1/")
        #expect(settings.api?.apiKey.revealedText == "0a1b-key")
        #expect(settings.polling.enabled && settings.polling.resources.map(\.name.text) == ["contacts", "leads"])
        #expect(settings.notification?.endpoints.count == 1 && settings.store.path == "/var/x/state.sqlite3")
        #expect(first.text.contains(#""insightly.api_key": {"file": "/etc/x/insightly-api-key"}"#))
        #expect(!first.text.contains("0a1b-key") && !first.text.contains("MySecret"))
    }

    @Test("Credentials of systemd are found without a word, and the four resources are polled where none is named")
    func credentials() throws {
        let first = FirstConfiguration(
            api: .baseURL("http://127.0.0.1:8081/v3.1/"), callback: "http://127.0.0.1:8080/",
            allowedNetworks: ["127.0.0.0/8"], secrets: .credentials)
        #expect(!first.text.contains("key") && !first.text.contains("store"))
        let settings = try first.reading(apiKey: "0a1b-key", signatureKey: "MySecretEventSignatureKey").outcome.get()
        #expect(settings.polling.resources.count == 4 && settings.api?.baseURL == "http://127.0.0.1:8081/v3.1/")
        #expect(settings.api?.apiKey.revealedText == "0a1b-key")
    }

    @Test("What is no answer is told by its key")
    func wrong() {
        var first = FirstConfiguration(api: .pod("not a pod"), callback: "https://example.com/", secrets: .credentials)
        #expect(problems(first) == ["insightly.pod"])
        (first.api, first.callback) = (.pod("na1"), "nowhere")
        #expect(problems(first) == ["event.notification.callback.url"])
        first.callback = "http://10.0.0.7/in"
        #expect(problems(first) == ["event.notification.callback.url"])
        first.allowedNetworks = ["10.0.0.0/8"]
        #expect(problems(first) == [])
        #expect(problems(first, apiKey: "") == ["insightly.api_key"])
    }
}
