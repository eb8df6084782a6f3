import ChangeFeed
import Testing

/// In all of them the stamps of records are the true time, and so is the daemon's clock unless it is said otherwise.
@Suite("Clocks that disagree")
struct ClocksTests {
    private let start = Instant(secondsSince1970: 1_764_000_000)
    private let contacts = ResourceName("contacts")

    private func api(_ count: Int, dateAhead: Duration = .zero, changed: Instant? = nil) -> ScriptedAPI {
        let longAgo = start - .days(100)
        var api = ScriptedAPI(
            records: (0..<count).map { .init(id: $0 + 1, name: "A", created: longAgo, updated: changed ?? longAgo) })
        api.clockOffset = dateAhead
        return api
    }

    @Test("A Date that runs ahead of the stamps hides no change from polls", arguments: [6, 10, 180, 3_000])
    func dateAhead(minutes: Int) {
        var driver = FeedDriver(api: api(6, dateAhead: .minutes(minutes)), now: start)
        driver.run(until: start + .minutes(16))
        for index in 0..<6 {
            let time = start + .minutes(20 + 15 * index)
            driver.api.records[index].name = "B"
            driver.api.records[index].updated = time
            driver.run(until: time + .minutes(15))
        }
        #expect(driver.kinds == (1...6).map { "\($0) updated" })
    }

    /// - Parameter place: of the answer whose Date is wrong: the first contact, or the beginning of a poll.
    @Test(
        "One answer whose Date is far ahead costs no change",
        arguments: [0, 1, 2], [Duration.hours(24), .hours(24) + .minutes(12), .days(400)])
    func oneDateAhead(place: Int, ahead: Duration) {
        var driver = FeedDriver(plans: [ScriptedAPI.plan(pageSize: 2)], api: api(60), now: start)
        var answers = 0
        func answer(_ api: inout ScriptedAPI, _ request: APIRequest, _ now: Instant) -> APIResult {
            let begins = answers == 0 || request.target.query.contains(QueryItem("skip", "0"))
            defer { answers += begins ? 1 : 0 }
            guard begins, answers == place, case .success(var response) = api.answer(request, at: now) else {
                return api.answer(request, at: now)
            }
            response.date = response.date.map { $0 + ahead }
            return .success(response)
        }
        driver.run(until: start + .seconds(2), answering: answer)
        // While the list is still being learned, and after.
        #expect(driver.feed.lane(contacts)?.progress?.baseline != .complete)
        driver.api.records.append(.init(id: 99, name: "N", created: start + .seconds(2), updated: start + .seconds(2)))
        driver.run(until: start + .minutes(31), answering: answer)
        for index in 0..<18 {
            driver.api.records[index].name = "B"
            driver.api.records[index].updated = start + .minutes(35)
        }
        driver.run(until: start + .minutes(90), answering: answer)
        #expect(Set(driver.kinds) == Set(["99 created"] + (1...18).map { "\($0) updated" }))
        #expect(driver.changes.count == 19)
    }

    @Test("The next poll asks for no time that is later than one of the clocks allows", arguments: [-5_400, 0, 5_400])
    func cursor(ahead: Int) throws {
        var driver = FeedDriver(api: api(1, dateAhead: .seconds(ahead)), now: start)
        driver.run(until: start + .minutes(16))
        let progress = try #require(driver.feed.lane(contacts)?.progress)
        #expect(progress.cursor == start + .minutes(15) + .seconds(min(0, ahead)))
        #expect(progress.newsThreshold == .since(start + .seconds(1 + min(0, ahead))))
    }

    @Test(
        "A record stamped ahead of Date is no news at the first run, and its next change is",
        arguments: [1, 30, 3_000], [2, 500])
    func stampAhead(minutes: Int, pageSize: Int) {
        let plan = ScriptedAPI.plan(pageSize: pageSize)
        // Changed a minute ago; the server's Date is behind.
        let api = api(7, dateAhead: .minutes(-minutes), changed: start - .seconds(20))
        var driver = FeedDriver(plans: [plan], api: api, now: start)
        driver.run(until: start + .minutes(14))
        #expect(driver.kinds == [])
        #expect(driver.learned.count == 7)
        driver.api.records[5].name = "B"
        driver.api.records[5].updated = start + .minutes(14)
        driver.api.records.append(.init(id: 8, name: "N", created: start + .minutes(14), updated: start + .minutes(14)))
        driver.run(until: start + .minutes(31))
        #expect(driver.kinds == ["6 updated", "8 created"])
        #expect(driver.changes.first?.changes?.map(\.path) == ["/LAST_NAME"])
    }

    @Test(
        "What was there is no news either where both clocks are behind the stamps, or only our own is",
        arguments: [-7_200, 0])
    func ownClockBehind(dateAhead: Int) {
        let own = start - .hours(2)
        // What the scripted server says is told from the daemon's clock.
        let api = api(7, dateAhead: .hours(2) + .seconds(dateAhead), changed: start - .minutes(30))
        var driver = FeedDriver(api: api, now: own)
        driver.run(until: own + .minutes(14))
        #expect(driver.kinds == [])
        driver.api.records[6].name = "B"
        driver.api.records[6].updated = start + .minutes(14)
        driver.run(until: own + .minutes(31))
        #expect(driver.kinds == ["7 updated"])
    }

    @Test(
        "What changes between the first answer and the first poll is news by either clock", arguments: [-600, 0, 600])
    func changedMeanwhile(ahead: Int) {
        let plan = ScriptedAPI.plan(pageSize: 2)
        var driver = FeedDriver(plans: [plan], api: api(6, dateAhead: .seconds(ahead)), now: start)
        var answers = 0
        driver.run(until: start + .minutes(14)) { api, request, now in
            defer { answers += 1 }
            if answers == 1 {
                // The first poll comes to nothing at first.
                api.records[5].name = "B"
                api.records[5].updated = now + .seconds(2)
                return .success(APIResponse(status: 503, body: [], duration: .zero))
            }
            return (2...4).contains(answers)
                ? .success(APIResponse(status: 503, body: [], duration: .zero)) : api.answer(request, at: now)
        }
        #expect(driver.kinds == ["6 updated"])
    }

    @Test(
        "What changes between the first answer and the first poll is news also where the clock that stamps is a little ahead",
        arguments: [2, 5, 10])
    func stampedALittleAhead(seconds: Int) {
        let plan = ScriptedAPI.plan(pageSize: 2)
        var driver = FeedDriver(plans: [plan], api: api(6), now: start)
        var answers = 0
        driver.run(until: start + .minutes(14)) { api, request, now in
            defer { answers += 1 }
            if answers == 1 {
                api.records[5].name = "B"
                api.records[5].updated = now + .seconds(seconds)
            }
            return api.answer(request, at: now)
        }
        #expect(driver.kinds == ["6 updated"])
    }

    @Test(
        "What was there is no news either where the process ends between the first contact and the end of a first poll")
    func restartedBeforeTheFirstPollEnded() throws {
        let own = start - .hours(2)
        let plan = ScriptedAPI.plan(pageSize: 2)
        let api = api(7, dateAhead: .hours(2), changed: start - .minutes(30))
        var first = FeedDriver(plans: [plan], api: api, now: own)
        var answers = 0
        first.run(until: own + .seconds(2)) { api, request, now in
            defer { answers += 1 }
            return answers == 0
                ? api.answer(request, at: now) : .success(APIResponse(status: 503, body: [], duration: .zero))
        }
        let progress = try #require(first.feed.lane(contacts)?.progress)
        #expect(progress.polledAt == nil)
        var second = FeedDriver(plans: [plan], api: first.api, now: first.now, progress: [contacts: progress])
        second.known = first.known
        second.api.records[5].name = "B"
        second.api.records[5].updated = first.now + .hours(2)
        second.run(until: own + .minutes(14))
        #expect(second.kinds == ["6 updated"])
    }

    /// What updated_after_utc said, of all requests so far.
    private func asked(_ driver: FeedDriver) -> [Instant] {
        driver.api.requests.compactMap { request in
            request.target.query.first { $0.name == "updated_after_utc" }.flatMap { Int64($0.value) }
        }.map(Instant.init(secondsSince1970:))
    }

    @Test(
        "A Date that no clock shows is as none, and told once",
        arguments: ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2009-12-31T23:59:59Z", "9999-12-31T23:59:59Z"])
    func dateOfNoClock(text: String) throws {
        let date = try #require(DatePattern.parseISO8601(text))
        var driver = FeedDriver(api: api(6), now: start)
        func answer(_ api: inout ScriptedAPI, _ request: APIRequest, _ now: Instant) -> APIResult {
            api.answer(request, at: now).map { response in
                var response = response
                response.date = date
                return response
            }
        }
        driver.run(until: start + .minutes(31), answering: answer)
        driver.api.records[2].name = "B"
        driver.api.records[2].updated = start + .minutes(32)
        driver.run(until: start + .minutes(61), answering: answer)
        #expect(driver.kinds == ["3 updated"])
        let asked = asked(driver)
        #expect(asked.count >= 4 && asked.allSatisfy { $0 >= start - .minutes(6) && $0 <= driver.now }, "\(asked)")
        let notices = driver.notices
        #expect(notices.map(\.isWarning) == [true])
        #expect(notices.first?.description.contains("which no clock shows") == true, "\(notices)")
        #expect(driver.feed.memory.health.clocks == nil)
    }

    @Test("A Date of years ago that a clock may show is followed, and told as a disagreement")
    func dateOfAWrongClock() throws {
        let years = Duration.days(365 * 15)
        var driver = FeedDriver(api: api(1, dateAhead: .zero - years), now: start)
        driver.run(until: start + .minutes(31))
        #expect(asked(driver).last.map { $0 <= start + .minutes(31) - years } == true)
        #expect(driver.notices.first?.description.contains("the clocks disagree") == true)
    }

    @Test("Where the server tells no time, nothing that changed after the first contact is left out")
    func noDate() throws {
        let own = start - .minutes(30)
        let plan = ScriptedAPI.plan(pageSize: 2)
        func silent(_ api: inout ScriptedAPI, _ request: APIRequest, _ now: Instant) -> APIResult {
            api.answer(request, at: now).map { response in
                var response = response
                response.date = nil
                return response
            }
        }
        var first = FeedDriver(
            plans: [plan], api: api(7, dateAhead: .zero, changed: start - .days(3)), now: own)
        var answers = 0
        first.run(until: own + .seconds(2)) { api, request, now in
            defer { answers += 1 }
            return answers == 0
                ? silent(&api, request, now) : .success(APIResponse(status: 503, body: [], duration: .zero))
        }
        let progress = try #require(first.feed.lane(contacts)?.progress)
        var second = FeedDriver(plans: [plan], api: first.api, now: first.now, progress: [contacts: progress])
        second.known = first.known
        second.api.records[5].name = "B"
        second.api.records[5].updated = first.now + .minutes(30)
        second.run(until: own + .minutes(14), answering: silent)
        #expect(second.kinds == ["6 updated"])
    }

    @Test(
        "An own clock that is days behind has the first poll read all of them, and no other",
        arguments: [Duration.days(2), .days(30), .days(20_000)])
    func ownClockFarBehind(behind: Duration) throws {
        let own = start - behind
        var api = api(6, dateAhead: behind)
        for index in 0..<6 { api.records[index].updated = start - .hours(20) + .hours(index) }
        var driver = FeedDriver(plans: [ScriptedAPI.plan(pageSize: 500)], api: api, now: own)
        driver.run(until: own + .minutes(16))
        let before = driver.api.requests.count
        for index in 0..<6 {
            driver.api.records[index].name = "B"
            driver.api.records[index].updated = start + .minutes(20 + 15 * index)
            driver.run(until: own + .minutes(31 + 15 * index))
        }
        #expect(driver.kinds == (1...6).map { "\($0) updated" })
        let since = driver.api.requests.dropFirst(before).compactMap { request in
            request.target.query.first { $0.name == "updated_after_utc" }.flatMap { Int64($0.value) }
        }
        #expect(since.count == 6)
        // The latest stamp of before, and the overlap.
        #expect(since.allSatisfy { Instant(secondsSince1970: $0) >= start - .hours(15) - .minutes(6) })
        // That of the poll before the last had been seen by then.
        #expect(try Instant(secondsSince1970: #require(since.last)) >= start + .minutes(59))
    }
}
