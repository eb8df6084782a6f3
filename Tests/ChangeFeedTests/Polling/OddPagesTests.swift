// Pages that are not what a list ought to answer: none at all, the same one again, records without an id.

import ChangeFeed
import Testing

@Suite("Odd pages")
struct OddPagesTests {
    private let start = Instant(secondsSince1970: 1_764_000_000)

    private func api(_ count: Int) -> ScriptedAPI {
        let longAgo = start - .days(100)
        return ScriptedAPI(
            records: (0..<count).map { .init(id: $0 + 1, name: "A", created: longAgo, updated: longAgo) })
    }

    @Test("204 means that nothing changed: the poll is complete and the cursor moves")
    func noContent() {
        var driver = FeedDriver(api: api(3), now: start)
        driver.run(until: start + .minutes(1))
        driver.run(until: start + .minutes(16)) { _, _, now in
            var response = APIResponse(status: 204, body: [], duration: .zero)
            response.date = now.wholeSecond
            return .success(response)
        }
        #expect(driver.problems.isEmpty)
        #expect(driver.feed.lane(ResourceName("contacts"))?.progress?.cursor == start + .minutes(15))
    }

    @Test("A record without an id is left out and said, wherever it stands in its page; the others are read and told")
    func withoutID() {
        var driver = FeedDriver(api: api(7), now: start)
        let answer: (inout ScriptedAPI, APIRequest, Instant) -> APIResult = { api, request, now in
            guard case .success(var response) = api.answer(request, at: now) else {
                return .failure(.tooLarge(limitBytes: 0))
            }
            let text = String(decoding: response.body, as: UTF8.self)
            response.body = Array(
                text.replacing("\"CONTACT_ID\":3,", with: "").replacing("\"CONTACT_ID\":4,", with: "").utf8)
            return .success(response)
        }
        driver.run(until: start + .minutes(5), answering: answer)
        #expect(Set(driver.learned.map(\.text)) == ["1", "2", "5", "6", "7"])
        #expect(driver.feed.lane(ResourceName("contacts"))?.progress?.baseline == .complete)
        for index in 2...5 { driver.api.records[index].updated = start + .minutes(6) }
        for index in 2...5 { driver.api.records[index].name = "B" }
        driver.run(until: start + .minutes(20), answering: answer)
        #expect(driver.kinds == ["5 updated", "6 updated"])
        #expect(driver.problems.isEmpty)
        #expect(driver.warnings.contains { $0.contains("CONTACT_ID") && $0.contains("left out") })
    }

    @Test("A page that comes again because a record has entered before it is read on from, and its poll ends")
    func cameAgain() {
        var driver = FeedDriver(api: api(3), now: start)
        driver.run(until: start + .minutes(5))
        let saved = start + .minutes(6)
        for index in 1...2 { (driver.api.records[index].name, driver.api.records[index].updated) = ("B", saved) }
        let before = driver.api.requests.count
        driver.run(until: start + .minutes(16)) { api, request, now in
            defer {
                let isFirst = api.requests.count == before + 1
                if isFirst { (api.records[0].name, api.records[0].updated) = ("B", now) }
            }
            return api.answer(request, at: now)
        }
        #expect(driver.api.requests.count - before == 3)
        #expect(driver.kinds == ["2 updated", "3 updated"])
        #expect(driver.feed.lane(ResourceName("contacts"))?.progress?.cursor == start + .minutes(15))
        driver.run(until: start + .minutes(31))
        #expect(driver.kinds.last == "1 updated")
    }

    @Test("An API that ignores skip makes no created events of what its one page shows later, and is told of")
    func ignoresSkip() {
        var driver = FeedDriver(api: api(9), now: start)
        let answer: (inout ScriptedAPI, APIRequest, Instant) -> APIResult = { api, request, now in
            var request = request
            request.target.query.removeAll { $0.name == "skip" }
            return api.answer(request, at: now)
        }
        driver.run(until: start + .minutes(5), answering: answer)
        #expect(driver.feed.lane(ResourceName("contacts"))?.progress?.baseline == .partial)
        #expect(driver.warnings.contains { $0.contains("skip") })
        driver.api.records.removeFirst()
        driver.api.records[1].updated = start - .minutes(2)
        driver.run(until: start + .minutes(20), answering: answer)
        #expect(driver.changes.isEmpty)
        #expect(driver.learned.contains(RecordID("3")))
    }
}
