// The judge of one endpoint: it lets through what the log and the rules allow, and complains of everything else.

import ChangeOracle
import ReceivedEvents
import Testing

@Suite("EndpointJudge")
struct EndpointJudgeTests {
    /// An event of the log about a contact whose title is `title`.
    private func event(
        _ sequence: Int, _ kind: String, record: Int = 1, title: String = "A", was: String? = nil, owner: Int = 1,
        account: String = "default"
    ) throws -> LoggedEvent {
        let changes = was.map { #"[{"path":"/TITLE","from":"\#($0)","to":"\#(title)"}]"# } ?? "null"
        let body = Array(
            """
            {"id":"evt_\(account)_\(sequence)","type":"contact.\(kind)","data":{"sequence":\(sequence),\
            "resource":"contacts","id":"\(record)","record":{"TITLE":"\(title)","OWNER":\(owner)},"changes":\(changes)}}
            """.utf8)
        return LoggedEvent(
            event: try #require(ReceivedEvent(body: body)), body: body, account: account, sequence: sequence)
    }

    /// The same in a request, with the body of another where something was folded.
    private func sent(
        _ logged: LoggedEvent, as number: Int, delivery: Int64 = 1, told: LoggedEvent? = nil, isReplay: Bool = false
    ) -> SentEvent {
        SentEvent(
            event: told?.event ?? logged.event, body: told?.body ?? logged.body, sequence: logged.sequence,
            number: number, delivery: delivery, isReplay: isReplay)
    }

    @Test("What is admitted arrives in order, under numbers that count it, and whatever does not is missing")
    func order() throws {
        var judge = EndpointJudge(EndpointTerms())
        let events = try [
            event(1, "created"), event(2, "updated", title: "B", was: "A"), event(3, "created", record: 2),
        ]
        for event in events { judge.learn(event, feeds: true) }
        #expect(judge.judge(sent(events[2], as: 3)) == [])
        judge.took(3)
        #expect(judge.judge(sent(events[1], as: 2)).contains { $0.contains("before #1") })
        var other = EndpointJudge(EndpointTerms())
        for event in events { other.learn(event, feeds: true) }
        #expect(other.judge(sent(events[0], as: 1)) == [])
        other.took(1)
        #expect(other.judge(sent(events[1], as: 3)).contains { $0.contains("number 2 of its endpoint") })
        other.took(2)
        #expect(other.judge(sent(events[0], as: 1)).contains { $0.contains("after #2") })
        #expect(other.missing(isSaved: false).contains { $0.contains("#3") })
    }

    @Test("Where the order is the endpoint's, a record waits for another; where there is none, none does")
    func orders() throws {
        let events = try [event(1, "created"), event(2, "created", record: 2)]
        for (order, isBroken) in [(EndpointTerms.Order.endpoint, true), (.record, false), (.none, false)] {
            var judge = EndpointJudge(EndpointTerms(order: order))
            for event in events { judge.learn(event, feeds: true) }
            #expect(judge.judge(sent(events[1], as: 2)).isEmpty != isBroken)
        }
    }

    @Test("A filter lets through its types, its resources, and what has or had its fields")
    func filter() throws {
        let title = WantedEvents(fields: [.init("TITLE", ["\"A\"", "null"])])
        #expect(title.admit(try event(1, "created").event))
        #expect(title.admit(try event(2, "updated", title: "B", was: "A").event))
        #expect(!title.admit(try event(3, "updated", title: "C", was: "B").event))
        #expect(WantedEvents(fields: [.init("/CUSTOMFIELDS/None__c", ["null"])]).admit(try event(1, "created").event))
        #expect(WantedEvents(types: ["*.deleted", "contact.*"]).admit(try event(1, "created").event))
        #expect(!WantedEvents(types: ["lead.*"]).admit(try event(1, "created").event))
        #expect(!WantedEvents(resources: ["leads"]).admit(try event(1, "created").event))
        var judge = EndpointJudge(EndpointTerms(wanted: WantedEvents(types: ["*.deleted"])))
        judge.learn(try event(1, "created"), feeds: true)
        #expect(judge.judge(sent(try event(1, "created"), as: 1)).contains { $0.contains("none of the endpoint's") })
        #expect(judge.missing(isSaved: false) == [])
    }

    @Test("What took the place of others tells all that they would have, from where the receiver was left")
    func folding() throws {
        let events = try [
            event(1, "updated", title: "B", was: "A"), event(2, "updated", title: "C", was: "B"),
        ]
        let whole = try event(2, "updated", title: "C", was: "A")
        for (told, isBroken) in [(whole, false), (events[1], true)] {
            var judge = EndpointJudge(EndpointTerms(coalesces: true))
            for event in events { judge.learn(event, feeds: true) }
            #expect(judge.judge(sent(events[1], as: 1, told: told)).isEmpty != isBroken)
            judge.took(2)
            #expect(judge.missing(isSaved: false) == [])
        }
        var judge = EndpointJudge(EndpointTerms(coalesces: true))
        for event in events { judge.learn(event, feeds: true) }
        #expect(judge.judge(sent(events[0], as: 1, delivery: 1)) == [])
        // It was sent, whether or not its sender knows; what is under way is passed by nothing.
        #expect(judge.judge(sent(events[1], as: 1, delivery: 1)) == [])
        judge.learn(try event(3, "updated", title: "D", was: "C"), feeds: true)
        let passing = try sent(event(3, "updated", title: "D", was: "C"), as: 2, delivery: 2)
        #expect(judge.judge(passing).contains { $0.contains("before #2") })
    }

    @Test("An event is given up after all of its attempts, or where the receiver asked for it")
    func givingUp() throws {
        var judge = EndpointJudge(EndpointTerms(attempts: 2))
        let events = try [event(1, "created"), event(2, "updated", title: "B", was: "A")]
        for event in events { judge.learn(event, feeds: true) }
        _ = judge.judge(sent(events[0], as: 1, delivery: 7))
        #expect(judge.gaveUp(1, delivery: 7).contains { $0.contains("after 1 attempts of 2") })
        _ = judge.judge(sent(events[1], as: 2, delivery: 8))
        judge.abort(8)
        #expect(judge.gaveUp(2, delivery: 8) == [])
        #expect(judge.missing(isSaved: false) == [])
        #expect(judge.missing(isSaved: true).contains { $0.contains("#1") })
    }

    @Test("A record of one account is not one of the same number in another")
    func accounts() throws {
        var judge = EndpointJudge(EndpointTerms())
        let events = try [event(1, "created", account: "one"), event(2, "created", account: "two")]
        for event in events { judge.learn(event, feeds: true) }
        #expect(judge.judge(sent(events[1], as: 2)) == [])
        #expect(judge.judge(sent(events[0], as: 2)).contains { $0.contains("number 2 stands for") })
        let forged = sent(events[0], as: 1, told: events[1])
        #expect(judge.judge(forged).contains { $0.contains("is not that event of the log") })
    }
}
