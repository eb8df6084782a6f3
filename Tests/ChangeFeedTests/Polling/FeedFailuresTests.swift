import ChangeFeed
import Testing

@Suite("Requests of a feed that fail")
struct FeedFailuresTests {
    private let start = Instant(secondsSince1970: 1_764_000_000)
    private var longAgo: Instant { start - .days(100) }

    private func api(_ count: Int) -> ScriptedAPI { .holding(count, since: longAgo) }

    @Test("A page that fails moves no cursor and is asked for again, later each time")
    func failures() throws {
        var driver = FeedDriver(api: api(1), now: start)
        driver.run(until: start + .minutes(14))
        let cursor = try #require(driver.feed.lane(ResourceName("contacts"))?.progress?.cursor)
        driver.api.records[0].name = "B"
        driver.api.records[0].updated = start + .minutes(14)
        var asked: [Instant] = []
        driver.run(until: start + .minutes(16)) { _, _, now in
            asked.append(now)
            return .success(APIResponse(status: 500, body: Array("<html>".utf8), duration: .zero))
        }
        #expect(driver.feed.lane(ResourceName("contacts"))?.progress?.cursor == cursor)
        let waits = zip(asked.dropFirst(), asked).map { $0 - $1 }
        #expect(waits == [1, 2, 4, 8, 16, 32].prefix(waits.count).map { .seconds($0) })
        #expect(waits.count >= 5)
        driver.run(until: start + .minutes(25))
        #expect(driver.kinds == ["1 updated"])
    }

    @Test(
        "An answer that is no page is retried",
        arguments: ["<html>Busy</html>", "[{\"CONTACT_ID\":1", "{\"Message\":\"odd\"}", "", "[1,2]"])
    func noPage(body: String) {
        var driver = FeedDriver(api: api(1), now: start)
        driver.run(until: start) { _, _, _ in
            .success(APIResponse(status: 200, body: Array(body.utf8), duration: .zero))
        }
        #expect(driver.problems.map(\.remedy) == [.retry])
        driver.run(until: start + .seconds(10))
        #expect(driver.learned.count == 1)
    }

    @Test("A resource that the key may not read is left alone for minutes, and says what to do")
    func forbidden() {
        var driver = FeedDriver(api: api(1), now: start)
        var asked: [Instant] = []
        driver.run(until: start + .hours(2)) { _, _, now in
            asked.append(now)
            return .success(APIResponse(status: 403, body: [], duration: .zero))
        }
        #expect(asked.count <= 6)
        #expect(driver.problems.first?.description.contains("event.poller.configuration") == true)
    }

    @Test("A resource whose answer asks for a day of rest has an hour, and each time the same words")
    func longRest() {
        var driver = FeedDriver(api: api(1), now: start)
        var asked: [Instant] = []
        driver.run(until: start + .hours(5)) { _, _, now in
            asked.append(now)
            var response = APIResponse(status: 503, body: [], duration: .zero)
            response.retryAfter = .days(1)
            return .success(response)
        }
        #expect((4...6).contains(asked.count))
        #expect(Set(driver.problems.map(\.description)).count == 1)
        let words = driver.problems.first?.description
        #expect(words?.contains("asked for rest; asking again after an hour at most") == true)
    }

    @Test("A search that is refused once rests no longer than its interval, and longer where it is refused again")
    func refusedOnce() {
        let plan = ScriptedAPI.plan(interval: .seconds(30))
        var driver = FeedDriver(plans: [plan], api: api(1), now: start)
        driver.run(until: start + .seconds(65))
        var asked: [Instant] = []
        driver.run(until: start + .minutes(40)) { _, _, now in
            asked.append(now)
            return .success(APIResponse(status: 400, body: [], duration: .zero))
        }
        let waits = zip(asked.dropFirst(), asked).map { $0 - $1 }
        #expect(waits.prefix(2) == [.seconds(30), .minutes(10)])
        #expect(driver.feed.memory.health.rests["contacts"]?.status == 400)
        driver.run(until: start + .minutes(90))
        #expect(driver.feed.memory.health.rests.isEmpty)
    }

    @Test(
        "A redirect is told with where it leads, and with the pod that may be meant", arguments: [301, 302, 307, 308])
    func redirect(status: Int) {
        var driver = FeedDriver(api: api(1), now: start)
        driver.run(until: start) { _, _, _ in
            var response = APIResponse(status: status, body: [], duration: .zero)
            response.redirectsTo = "https://api.eu1.insightly.com"
            return .success(response)
        }
        let problem = driver.problems.first?.description ?? ""
        #expect(problem.contains("points to https://api.eu1.insightly.com"))
        #expect(problem.contains("insightly.pod: \"eu1\""))
    }

    @Test(
        "However long a 503 asks to be left alone with one resource, that is believed for an hour at most",
        arguments: [Duration.minutes(20), .hours(2), .days(2), .days(3_650)])
    func longRest(told: Duration) {
        var leads = ScriptedAPI.plan("leads")
        leads.search = try! URLTemplate(parsing: "/Leads/Search?updated_after_utc=${epoch:s}")
        leads.listing = RequestTarget(path: "/Leads")
        var driver = FeedDriver(plans: [ScriptedAPI.plan(), leads], api: api(1), now: start)
        driver.run(until: start + .minutes(16))
        var asked: [Instant] = []
        driver.run(until: start + .hours(4)) { api, request, now in
            guard request.target.path.hasPrefix("/Leads") else { return api.answer(request, at: now) }
            asked.append(now)
            var response = APIResponse(status: 503, body: [], duration: .zero)
            response.retryAfter = told
            return .success(response)
        }
        let waits = zip(asked.dropFirst(), asked).map { $0 - $1 }
        #expect(waits.first == min(told, .hours(1)))
        #expect(waits.count >= 2)
    }

    @Test("Who resumes the API has a resource that rests tried at once")
    func resumeAPI() {
        var driver = FeedDriver(api: api(1), now: start)
        driver.run(until: start + .minutes(60)) { _, _, _ in
            .success(APIResponse(status: 403, body: [], duration: .zero))
        }
        // The last refusal was at 35 minutes, and is taken seriously for 40.
        driver.now = start + .minutes(61)
        driver.run(until: start + .minutes(61))
        #expect(driver.learned.isEmpty)
        driver.now = start + .minutes(62)
        driver.resumeAPI()
        driver.run(until: start + .minutes(62))
        #expect(driver.learned.count == 1)
    }

    @Test("An outage without connections makes no page smaller; answers that take too long do")
    func pageSizes() {
        let plan = ScriptedAPI.plan(pageSize: 400)
        func asked(after failure: APIFailure) -> String? {
            var driver = FeedDriver(plans: [plan], api: api(3), now: start)
            driver.run(until: start + .minutes(10)) { _, _, _ in .failure(failure) }
            driver.run(until: start + .minutes(20))
            return driver.api.requests.first?.target.query.first { $0.name == "top" }?.value
        }
        #expect(asked(after: .connectTimedOut(after: .seconds(10))) == "400")
        #expect(asked(after: .timedOut(after: .seconds(120))) == "50")
    }
}
