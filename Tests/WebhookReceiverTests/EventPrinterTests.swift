// Events as people read them.

import ChangeFeed
import Testing

@testable import WebhookReceiver

@Suite("EventPrinter")
struct EventPrinterTests {
    private let printer = EventPrinter(isColoured: false)
    private let arrival = Instant(microsecondsSince1970: 1_795_460_671_250_000)

    private func text(
        _ changes: String, outcome: ReceivedExchange.Outcome = .accepted(status: 200), isDuplicate: Bool = false,
        id: String? = nil, key: SigningKey = testKey
    ) -> String {
        let request = ReceivedRequest.made(
            42, number: 1, id: id, record: "366638973", changes: changes, at: arrival, key: key)
        return printer.text(
            of: ReceivedExchange(request: request, outcome: outcome, isDuplicate: isDuplicate))
    }

    @Test("an event is one line of what and when, and one for each field that changed, was added, was removed")
    func event() {
        let changes = """
            [{"path":"/LAST_NAME","from":"Huber","to":"Hubert"},{"path":"/TAGS/vip","to":{"TAG_NAME":"vip"}},\
            {"path":"/PHONE","from":null,"to":"+41"},{"path":"/LINKS/4","from":{"LINK_ID":4}}]
            """
        #expect(
            text(changes) == """
                19:04:31.250  contact.updated  #42  contacts/366638973  evt_42  after 0.130 s
                  /LAST_NAME  "Huber" → "Hubert"
                  /TAGS/vip  + {"TAG_NAME":"vip"}
                  /PHONE  null → "+41"
                  /LINKS/4  - {"LINK_ID":4}

                """)
    }

    @Test("a request that was not taken says why, without its changes; a duplicate says again")
    func notes() {
        let changes = #"[{"path":"/A","from":1,"to":2}]"#
        #expect(text(changes, outcome: .refused(status: 503)).hasSuffix("after 0.130 s  answered 503\n"))
        #expect(text(changes, isDuplicate: true).hasSuffix("after 0.130 s  again\n"))
        let unverified = text(changes, outcome: .refused(status: 401), key: SigningKey(bytes: [1]))
        #expect(unverified.hasSuffix("NOT VERIFIED: no signature was made with the key known here\n"))
    }

    @Test("long values are shortened")
    func shortened() {
        let long = String(repeating: "x", count: 500)
        let line = text(#"[{"path":"/A","from":1,"to":"\#(long)"}]"#).split(separator: "\n")[1]
        #expect(line == "  /A  1 → \"" + String(repeating: "x", count: 70) + "…")
    }

    @Test("characters that steer a terminal are shown by their number; emoji stay whole")
    func cleaned() {
        let changes = "[{\"path\":\"/A\\u001b[2J\",\"to\":\"\u{9B}2J \u{202E}👩\u{200D}🚀\"}]"
        let line = text(changes).split(separator: "\n")[1]
        #expect(line == "  /A\\u{1b}[2J  + \"\\u{9b}2J \\u{202e}👩\u{200D}🚀\"")
    }

    @Test("only a terminal gets colours")
    func colours() {
        let request = ReceivedRequest.made(1, number: 1)
        let exchange = ReceivedExchange(request: request, outcome: .accepted(status: 200), isDuplicate: false)
        #expect(!EventPrinter(isColoured: false).text(of: exchange).contains("\u{1B}"))
        #expect(EventPrinter(isColoured: true).text(of: exchange).contains("\u{1B}[36mcontact.updated\u{1B}[0m"))
    }
}
