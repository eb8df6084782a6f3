// The forms of a time that the service has been seen to take, and what it cannot take.

import ChangeFeed
import Testing

@testable import SimulatedWorld

@Suite("Search time")
struct SearchTimeTests {
    @Test(
        "these forms name noon",
        arguments: [
            "2026-11-23T12:00:00Z", "2026-11-23T12:00:00", "2026-11-23 12:00:00", "2026-11-23 12:00:00Z",
            "2026-11-23T12:00:00.000Z", "2026-11-23T12:00:00.0000000Z", "2026-11-23T14:00:00+02:00",
            "2026-11-23T06:30:00-05:30",
        ])
    func noonForms(text: String) {
        #expect(SearchTime.parse(text) == noon)
    }

    @Test("a bare date is its midnight, and fractions count")
    func others() {
        #expect(SearchTime.parse("2026-11-23") == noon - .hours(12))
        #expect(SearchTime.parse("2026-11-23T12:00:00.25Z") == noon + .milliseconds(250))
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "yesterday", "2026-11-23T", "2026-11-23T12:00", "2026-13-01", "2026-02-30", "2026-11-23T25:00:00Z",
            "2026-11-23T12:00:00.Z", "2026-11-23T12:00:00 02:00", "2026-11-23T12:00:00+2", "23/11/2026", "1795435200",
            "2026-11-23T12:00:00ZZ",
        ])
    func garbage(text: String) {
        #expect(SearchTime.parse(text) == nil)
    }
}
