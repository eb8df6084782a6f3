// Finding the name that was probably meant.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("The nearest name")
struct NearestNameTests {
    @Test(
        "is the one with the fewest slips of the hand",
        arguments: [
            ("insightly.apikey", "insightly.api_key"),
            ("event.notification.callbackurl", "event.notification.callback.url"),
            ("log.lvel", "log.level"), ("LOG.FORMAT", "log.format"), ("store.rentention", "store.retention"),
            ("insightly.pdo", "insightly.pod"), ("event.notification.retry", "event.notification.retry.schedule"),
            ("event.poller.config", "event.poller.configuration"), ("store.path.here", "store.path"),
        ])
    func nearest(written: String, meant: String) {
        #expect(nearestName(to: written, among: ConfigurationKey.allCases.map(\.rawValue)) == meant)
    }

    @Test("counts two swapped letters as one slip")
    func swap() {
        #expect(nearestName(to: "ab", among: ["ba", "xyb"]) == "ba")
    }

    @Test(
        "is none where nothing is near",
        arguments: [
            "base.url", "pagination.max", "bulk.query.date_mask", "filter.response.nulls", "x", "", "e", "widgets",
            "event.poller.something.else.altogether",
        ])
    func far(written: String) {
        #expect(nearestName(to: written, among: ConfigurationKey.allCases.map(\.rawValue)) == nil)
    }
}
