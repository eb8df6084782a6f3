import ChangeFeed
import Testing

@Suite("Trouble of our own while polling")
struct OwnTroubleTests {
    private let start = Instant(secondsSince1970: 1_764_000_000)

    @Test("What this process lacks is charged to no errand: the count is asked for until it is answered")
    func ownShortage() {
        for (failure, isGivenUp) in [(APIFailure.shortage("files"), false), (.brokenOff("cut"), true)] {
            let api = ScriptedAPI(
                records: (1...7).map {
                    .init(id: $0, name: "A", created: start - .days(100), updated: start - .days(100))
                })
            let plan = ScriptedAPI.plan(pageSize: 10, interval: .minutes(1))
            var driver = FeedDriver(plans: [plan], api: api, sweepInterval: .hours(24), now: start)
            var refused = 0
            driver.run(until: start + .minutes(30)) { api, request, now in
                guard request.purpose == .count else { return api.answer(request, at: now) }
                refused += 1
                return .failure(failure)
            }
            #expect((refused > Limits.errandsBeforeGivenUp) != isGivenUp)
        }
    }
}
