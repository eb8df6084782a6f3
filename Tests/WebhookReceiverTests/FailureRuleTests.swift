// The words of `listen --fail`.

import ChangeFeed
import Testing
import WebhookReceiver

@Suite("FailureRule")
struct FailureRuleTests {
    @Test(
        "each form of the grammar is understood",
        arguments: [
            ("503", ReceiverBehaviour.Rule(.init(.status(503)))),
            ("503:0.2", .init(.init(.status(503)), .share(0.2))),
            ("first:3", .init(.init(.status(503)), .first(3))),
            ("500:first:3", .init(.init(.status(500)), .first(3))),
            ("429+retry-after=30:first:1", .init(.init(.status(429), retryAfterSeconds: 30), .first(1))),
            ("200+delay=0.25", .init(.init(.status(200), delay: .milliseconds(250)))),
            ("timeout:0.5", .init(.init(.silence), .share(0.5))),
            ("reset", .init(.init(.reset))),
            ("lost", .init(.init(.lost))),
            ("slow", .init(.init(.slowBody(interval: .seconds(1))))),
            ("500:type:contact.*", .init(.init(.status(500)), .types(EventTypePattern("contact.*")!))),
            ("413:above:100000", .init(.init(.status(413)), .above(bytes: 100_000))),
            ("huge", .init(.init(.hugeBody(bytes: 1 << 30)))),
            ("302", .init(.redirect(to: "/redirected", status: 302))),
        ])
    func understood(text: String, rule: ReceiverBehaviour.Rule) throws {
        #expect(try ReceiverBehaviour.Rule(text: text) == rule)
    }

    @Test(
        "anything else is refused by name",
        arguments: [
            "", "99", "600", "explode", "503:", "503:2", "503:-1", "503:first:0", "503:first:x", "first:", "503+delay",
            "503+delay=x", "503+delay=-1", "503+jitter=1", "503:first:1:0.2",
            "500:type:contact", "413:above:-1", "413:above:much",
        ])
    func refused(text: String) throws {
        let fault = #expect(throws: ReceiverBehaviour.Rule.Fault.self) { try ReceiverBehaviour.Rule(text: text) }
        #expect(fault?.description.contains("ANSWER[:WHEN]") == true)
    }
}
