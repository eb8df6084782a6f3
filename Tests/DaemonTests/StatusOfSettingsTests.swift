// What `status` says of settings that no daemon has run with yet: anything that a configuration accepts.

import ChangeFeed
import DaemonConfiguration
import Foundation
import Operations
import Testing

@Suite("The status of settings")
struct StatusOfSettingsTests {
    private func lines(_ members: String) throws -> [String] {
        let text = """
            {"event.notification.enabled": true, "insightly.base_url": "http://127.0.0.1:1/v3.1/",
             "insightly.api_key": "0a1b2c3d-key", "event.notification.callback.url": "https://example.com/in",
             "event.notification.signature.key": "MySecretEventSignatureKey", \(members)}
            """
        let nothing = SecretSources(environment: { _ in nil }, file: { _ in [] }, credential: { _ in nil })
        let settings = try DaemonSettings.read(Array(text.utf8), secrets: nothing).outcome.get()
        let report = StatusReport(
            nil, api: settings.accounts[0].api, polling: settings.accounts[0].polling, store: "/state.sqlite3",
            hasDaemon: true,
            at: Instant(secondsSince1970: 1_764_028_800))
        #expect(try !JSONEncoder().encode(report).isEmpty)
        return report.costLines
    }

    @Test(
        "can be told of any share and any interval",
        arguments: ["0", "1e-300", "1e-9", "0.00001", "1"], ["0.000001", "15", "999999999", "\"auto\""])
    func extremes(share: String, interval: String) throws {
        for (limit, rate) in [("1", "0.001"), ("60000", "5"), ("1000000000", "100000")] {
            for sweep in ["0.001ms", "3650d"] {
                let lines = try lines(
                    """
                    "insightly.quota_share": \(share), "event.poller.refresh_interval": \(interval),
                    "insightly.daily_limit": \(limit), "insightly.requests_per_second": \(rate),
                    "event.poller.sweep_interval": "\(sweep)"
                    """)
                #expect(lines.count >= 5)
            }
        }
    }

    @Test("says that nothing is affordable without a share, and promises no interval that would be")
    func nothingAllowed() throws {
        let line = try lines(#""insightly.quota_share": 0, "insightly.daily_limit": 60000"#).first
        #expect(
            line == "polling: 384 requests a day of 0 allowed (insightly.quota_share): "
                + "not affordable, for there is no room for any poll")
    }
}
