// What differs between two configurations, as steps.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("The difference of two plans")
struct PlanDifferenceTests {
    private func plan(_ members: String = "") throws -> Plan {
        Plan(try DaemonSettings.read(Array(Sample.text(members).utf8), secrets: .empty).outcome.get())
    }

    /// In words.
    private func steps(_ before: String, _ after: String) throws -> [String] {
        PlanDifference(from: try plan(before), to: try plan(after)).steps.map { "\($0)" }
    }

    private func endpoints(_ blocks: String...) -> String {
        "\"event.notification.endpoints\": [\(blocks.joined(separator: ","))]"
    }

    private let second = #"{"name": "second", "url": "https://example.com/second"}"#

    @Test("The first start is the difference from nothing")
    func first() throws {
        let steps = PlanDifference(from: .nothing, to: try plan(endpoints(second))).steps
        #expect(steps.map { "\($0)" }.contains("polling begins; events go to default, second"))
        #expect(PlanDifference(from: .nothing, to: .nothing).steps.isEmpty)
    }

    @Test("What is written another way and means the same is no difference")
    func same() throws {
        #expect(
            try steps(
                #""event.poller.refresh_interval": 15"#,
                #""event.poller.refresh_interval": "15", "event.poller.deletes": "true""#) == [])
    }

    @Test("Endpoints come, go and change, each by itself")
    func endpoints() throws {
        #expect(try steps("", endpoints(second)) == ["endpoint second is new"])
        #expect(try steps(endpoints(second), "") == ["endpoint second is gone; what waits for it is kept"])
        let other = #"{"name": "second", "url": "https://example.com/second", "types": ["lead.*"]}"#
        #expect(try steps(endpoints(second), endpoints(other)) == ["endpoint second is configured differently"])
        #expect(
            try steps("", #""event.notification.concurrency": 9"#) == ["endpoint default is configured differently"])
    }

    @Test("Resources come, go and change, and a key is told of without being told")
    func resources() throws {
        func polled(_ blocks: String) -> String { "\"event.poller.configuration\": {\(blocks)}" }
        let before = polled(#""contacts": {}, "leads": {}"#)
        let after = polled(#""leads": {"pageSize": 100}, "tasks": {}"#)
        #expect(
            try steps(before, after) == [
                "polled from now on: tasks; polled no more: contacts; polled differently: leads"
            ])
        #expect(try steps("", #""insightly.api_key": "another-key""#) == ["the API or its key is another"])
        #expect(try steps("", #""event.poller.overlap": "9m""#) == ["polling is configured differently"])
    }

    @Test("Log, retention and the admin server are steps of their own")
    func process() throws {
        #expect(
            try steps("", #""log.level": "debug", "store.retention": "9d", "admin.listen": null"#) == [
                "the log is written from level debug on, as auto", "store.retention is another",
                "the admin server ends",
            ])
    }

    @Test("The token of the admin server, and where hints are listened for, are differences by themselves")
    func listening() throws {
        let hints =
            #""hint.listen": "127.0.0.1:9465", "hint.username": "insightly", "hint.password": "a-password""#
        #expect(try steps("", hints) == ["hints are listened for at 127.0.0.1:9465"])
        #expect(
            try steps(hints, hints.replacing("a-password", with: "another")) == [
                "hints are listened for at 127.0.0.1:9465"
            ])
        #expect(try steps(hints, "") == ["hints are listened for no more"])
        let token = #""admin.token": "0123456789abcdef""#
        #expect(try steps("", token) == ["the admin server has another address or token"])
        let nowhere = #""admin.listen": null"#
        #expect(try steps(nowhere, "\(nowhere), \(token)") == [])
    }

    @Test("A configuration that is not enabled has everything end")
    func disabled() throws {
        let steps = try steps("", #""event.notification.enabled": false"#)
        #expect(steps == ["polling ends; what waits for its endpoints is kept", "the admin server ends"])
    }
}
