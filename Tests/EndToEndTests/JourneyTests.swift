// The main job, by the real program: a change in Insightly becomes a signed webhook.

import ReceivedEvents
import SimulatedWorld
import ChangeFeed
import ChangeOracle
import Foundation
import Simulator
import Testing
import WebhookReceiver

@Suite("A change on its way", .timeLimit(.minutes(60)))
struct JourneyTests {
    @Test("A field, a custom field and a tag that change arrive as one event with its diff")
    func update() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            let (id, before) = stage.live.withInstance { instance, _ in
                let id = instance.ids(of: .contacts)[3]
                return (id, instance.record(.contacts, id)?.value(of: "LAST_NAME")?.queryText ?? "")
            }
            try stage.live.change { instance, now in
                [
                    try instance.update(
                        .contacts, id, [.set("LAST_NAME", .text("Müller-Łukasz 🦊")), .addTag("~a/b")], at: now)
                ]
            }
            try await stage.took.wait { !$0.isEmpty }
            let event = try #require(stage.took.events.first)
            #expect(event.type == "contact.updated")
            #expect(event.resource == "contacts")
            #expect(event.recordID == String(id))
            #expect(event.sequence == 1)
            let changes = try #require(event.changes)
            #expect(changes.map(\.path) == ["/LAST_NAME", "/TAGS/~0a~1b"])
            #expect(changes[0].from?.decodedString == before)
            #expect(changes[0].to?.decodedString == "Müller-Łukasz 🦊")
            #expect(changes[1].from == nil)
            #expect(event.record?.member("CONTACT_ID").map { Array($0.bytes) } == Array(String(id).utf8))
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("A request carries the headers of Standard Webhooks, those configured, and Basic credentials")
    func headers() async throws {
        try await Stage.set { stage in
            try stage.configure([
                "event.notification.callback.headers": #"{"X-Tenant": "7"}"#,
                "event.notification.concurrency": "1", "event.notification.basic.username": #""hook""#,
                "event.notification.basic.password": #""p:ss""#,
            ])
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            stage.live.change { instance, now in instance.edit(at: now) + instance.edit(at: now) }
            try await stage.took.wait { $0.count >= 1 }
            let request = try #require(stage.receiver.requests.first)
            #expect(request.header("content-type") == "application/json")
            #expect(request.header("user-agent")?.hasPrefix("insightly-webhooks/") == true)
            #expect(request.header("webhook-id") == request.event?.id)
            #expect(request.header("webhook-id")?.hasPrefix("evt_") == true)
            #expect(request.header("webhook-sequence") == "1")
            #expect(request.header("x-tenant") == "7")
            #expect(request.header("authorization") == "Basic " + Data("hook:p:ss".utf8).base64EncodedString())
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("Any other resource is polled by configuration alone: projects, and a custom object")
    func otherResources() async throws {
        try await Stage.set { stage in
            try stage.configure([
                "event.poller.start": #""beginning""#,
                "event.poller.configuration": #"""
                {"projects": {},
                 "Fruit__c": {"url": "/Fruit__c/Search?updated_after_utc=${gmtDate:yyyy-MM-dd HH:mm:ss}",
                   "idField": "RECORD_ID",
                   "datesConfiguration": {"updatedDateField": "DATE_UPDATED_UTC", "createdDateField": "DATE_CREATED_UTC"}}}
                """#,
            ])
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count == 14 }
            let types = stage.took.events.map(\.type).sorted()
            #expect(
                types == Array(repeating: "Fruit__c.created", count: 6) + Array(repeating: "project.created", count: 8))
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("The vendor's own instance document runs as it is, once the format is named")
    func instanceDocument() async throws {
        try await Stage.set { stage in
            try stage.configureAsInstance(
                #"""
                "event.notification.enabled": "true", "event.vendor.type": "polling", "username": "",
                "password": "\#(Stage.apiKey)", "event.notification.format": "standard",
                "event.notification.signature.key": "\#(Stage.signatureKey)",
                "event.poller.configuration": "{\"contacts\": {\"url\":
                \"/hubs/crm/contacts?where=updated_after_utc='${gmtDate:yyyy-MM-dd HH:mm:ss}'\",
                \"idField\": \"CONTACT_ID\", \"datesConfiguration\": {\"updatedDateField\": \"DATE_UPDATED_UTC\",
                \"updatedDateFormat\": \"yyyy-MM-dd HH:mm:ss\", \"updatedDateTimezone\": \"GMT\",
                \"createdDateField\": \"DATE_CREATED_UTC\", \"createdDateFormat\": \"yyyy-MM-dd HH:mm:ss\",
                \"createdDateTimezone\": \"GMT\"}, \"createdCheckTolerance\": 10}, \"leads\": {}}"
                """#)
            let daemon = try stage.startDaemon(environment: ["INSIGHTLY_API_KEY": "wrong"])
            try await daemon.hasLearned(2)
            let id = stage.live.withInstance { instance, _ in instance.ids(of: .contacts)[0] }
            try stage.live.change { instance, now in
                [try instance.update(.contacts, id, [.set("TITLE", .text("Chief"))], at: now)]
            }
            try await stage.took.wait { !$0.isEmpty }
            #expect(stage.took.events.first?.type == "contact.updated")
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("Every record from the beginning, one of 100 KB among them, and then what people make of them")
    func everything() async throws {
        try await Stage.set { stage in
            try stage.configure(["event.poller.start": #""beginning""#])
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count >= 95 }
            stage.live.change { instance, now in
                instance.editMix = EditMix([.create: 1, .field: 5, .customField: 2, .link: 1])
                return (0..<60).flatMap { _ in instance.edit(at: now) }
            }
            let polled: [SimulatedObject] = [.contacts, .organisations, .leads, .opportunities]
            try await stage.took.wait { stage.isComplete($0, polled) }
            #expect(await daemon.stop() == 0)
            let world = stage.live.withInstance { instance, _ in instance }
            let verdict = try Verdict(taken: stage.took.events, world: world, polled: polled) { _ in .beginning }
            #expect(verdict.faults == [])
            #expect(stage.took.events.contains { ($0.record?.bytes.count ?? 0) > 90_000 })
            #expect(world.requests.overlappingPolls.isEmpty)
            #expect(world.requests.highestInFlight <= 4)
        }
    }
}
