// What is polled, how often, and from when on.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("The settings of polling")
struct PollingSectionTests {
    @Test("have the defaults of the documentation")
    func defaults() throws {
        let polling = try Sample.settings().polling
        #expect(polling.enabled && polling.start == .now && polling.deletes)
        #expect(polling.overlap == .minutes(5) && polling.sweepInterval == .hours(24))
        #expect(polling.resources.map(\.name.text) == ["contacts", "organisations", "leads", "opportunities"])
        #expect(polling.resources.allSatisfy { $0.interval == .every(.minutes(15)) && $0.pageSize == 500 })
    }

    @Test("are off when nobody turns them on, and then nothing is missing")
    func disabled() throws {
        let reading = Sample.read("{}")
        let settings = try reading.outcome.get()
        #expect(!settings.polling.enabled && settings.api == nil && settings.notification == nil)
        #expect(reading.warnings.isEmpty)
        #expect(!Sample.read(#"{"log.level": 5}"#).problems.isEmpty, "what is there is checked all the same")
    }

    @Test(
        "start where they are told",
        arguments: [
            ("now", PollStart.now), ("beginning", .beginning),
            ("2018-07-31T19:39:46Z", .at(Instant(secondsSince1970: 1_533_065_986))),
            ("2018-07-31 19:39:46", .at(Instant(secondsSince1970: 1_533_065_986))),
            ("2018-07-31T13:39:46-06:00", .at(Instant(secondsSince1970: 1_533_065_986))),
            ("2018-07-31", .at(Instant(secondsSince1970: 1_532_995_200))),
        ])
    func start(text: String, start: PollStart) throws {
        #expect(try Sample.settings("\"event.poller.start\": \"\(text)\"").polling.start == start)
    }

    @Test("warn of a start that is yet to come, until which nothing would be news")
    func startAhead() {
        let now = Instant(secondsSince1970: 1_533_065_986)
        for (text, warns) in [("2018-07-31T19:39:46Z", false), ("2018-07-31T19:40:47Z", true), ("now", false)] {
            let read = Sample.read(Sample.text("\"event.poller.start\": \"\(text)\""), at: now)
            #expect(read.problems.isEmpty && read.warnings.map(\.key) == (warns ? ["event.poller.start"] : []))
        }
    }

    @Test("take resources as an object, or as a text that holds one")
    func embedded() throws {
        let object = try Sample.settings(#""event.poller.configuration": {"leads": {"pageSize": 20}}"#)
        let text = try Sample.settings(#""event.poller.configuration": "{\"leads\": {\"pageSize\": \"20\"}}""#)
        #expect(object.polling.resources == text.polling.resources)
        #expect(object.polling.resources.map(\.pageSize) == [20])
    }

    @Test("poll nothing, with a warning, when no resource is named", arguments: ["{}", "\"{}\""])
    func nothing(json: String) throws {
        let reading = Sample.read(Sample.text("\"event.poller.configuration\": \(json)"))
        #expect(try reading.outcome.get().polling.resources.isEmpty)
        #expect(reading.warnings.map(\.key) == ["event.poller.configuration"])
    }

    @Test("poll the usual four when the platform's form was left empty")
    func blank() throws {
        #expect(try Sample.settings(#""event.poller.configuration": """#).polling.resources.count == 4)
    }

    @Test("convert the platform's old lines, with a warning")
    func legacy() throws {
        let lines = [
            "contacts|/hubs/crm/contacts?where=updated_after_utc='${gmtDate:yyyy-MM-dd HH:mm:ss}'|//x|DATE_UPDATED_UTC"
                + "|yyyy-MM-dd HH:mm:ss|GMT|DATE_CREATED_UTC", "leads",
        ]
        let reading = Sample.read(Sample.text("\"event.poller.urls\": \"\(lines.joined(separator: "\\n"))\""))
        let plans = try reading.outcome.get().polling.resources
        #expect(plans.map(\.name.text) == ["contacts", "leads"])
        #expect(plans[0].updatedDate == DateField(path: FieldPath("DATE_UPDATED_UTC"), pattern: .insightly))
        #expect(plans[0].search.expanded(at: Instant(secondsSince1970: 0)).path == "/Contacts/Search")
        #expect(reading.warnings.map(\.key) == ["event.poller.urls"])
        let names = try Sample.settings(#""event.poller.urls": "contacts|accounts""#).polling.resources
        #expect(names.map(\.typeName) == ["contact", "organisation"])
    }

    @Test("accept the platform's keys that mean nothing here, with a warning where they are set")
    func meaningless() {
        let reading = Sample.read(Sample.text(#""event.objects": "contacts", "event.metadata": null, "$schema": "x""#))
        #expect(reading.problems.isEmpty)
        #expect(reading.warnings.map(\.key) == ["event.objects"])
    }
}
