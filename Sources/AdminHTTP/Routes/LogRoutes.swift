// What is asked of the daemon's knowledge: its state, the log of events, and what became of them.

import APIDescription
import ChangeFeed
import EventStore
import Operations

extension AdminRoute {
    private static let limit = Parameter(
        name: "limit", text: "At most so many.", schema: .integer(minimum: 1, maximum: 1_000).defaulting(to: 100))
    private static let type = Parameter(name: "type", text: "Only of this type, such as contact.* or *.deleted.")

    static let log: [AdminRoute] = [
        AdminRoute(
            method: .get, path: "/v1/accounts",
            summary: "The accounts of the configuration, and which of them need somebody.",
            described: .answer("Accounts", "The accounts; none where the configuration names none."), isOfAccount: false
        ) { _, desk in
            let reasons = Dictionary(grouping: await desk.reasonsNotReady(), by: \.account)
            let accounts = desk.accounts.map { AccountAnswer(account: $0, reasons: reasons[$0]?.map(\.reason) ?? []) }
            return .json(try AnswerJSON.text(of: AccountsAnswer(accounts: accounts)))
        },
        AdminRoute(
            method: .get, path: "/v1/status", summary: "How far the daemon has come.",
            described: .answer("Status", "The state of resources, quota, queue and endpoints.")
        ) { _, desk in
            .json(try AnswerJSON.text(of: try await desk.ask(StatusQuestion())))
        },
        AdminRoute(
            method: .get, path: "/v1/usage", summary: "Requests to Insightly over the last 24 hours, by purpose.",
            described: .answer("Usage", "Parts of the day with what was asked in them.")
        ) { _, desk in .json(try AnswerJSON.text(of: try await desk.ask(UsageQuestion()))) },
        AdminRoute(
            method: .get, path: "/v1/events",
            summary: "The log onwards from an event, in the order of its numbers; what is gone is named.",
            query: [
                Parameter(
                    name: "after", text: "Events with higher numbers; 0 is all of them.",
                    schema: .integer(minimum: 0).defaulting(to: 0)),
                Parameter(
                    name: "latest", text: "Instead of after: so many of the newest, in the same order.",
                    schema: .integer(minimum: 1, maximum: 1_000)), limit,
            ], described: .answer("Events", "The next events; fewer than asked for where they are large.")
        ) { request, desk in
            let limit = try request.number("limit", 1...1_000) ?? 100
            guard let latest = try request.number("latest", 1...1_000) else {
                let after = try request.number("after", 0...Int.max) ?? 0
                return .json(try await desk.ask(EventsAfter(after, limit: limit)).json)
            }
            guard request.query["after"] == nil else {
                throw AdminProblem(status: 400, detail: "after and latest exclude each other; write one of them")
            }
            return .json(try await desk.ask(EventsAfter(latest: latest)).json)
        },
        AdminRoute(
            method: .get, path: "/v1/events/{event}",
            summary: "One event by its id or number, as format standard sends it.",
            described: .answer("Event", "The event.")
        ) { request, desk in
            let event = try await desk.ask(EventQuestion(request.parameters["event"] ?? ""))
            return AdminAnswer(type: "application/json", body: event.body)
        },
        AdminRoute(
            method: .get, path: "/v1/deliveries", summary: "What is on its way to endpoints, the newest first.",
            query: [
                Parameter(
                    name: "state", text: "Only in this state.",
                    schema: .choice(DeliveryState.allCases.map(\.rawValue))),
                Parameter(name: "endpoint", text: "Only to this endpoint."),
                Parameter(name: "event", text: "Only of the event with this id or number."), type, limit,
            ], described: .answer("Deliveries", "The deliveries.")
        ) { request, desk in
            var filter = ListFilter()
            filter.limit = try request.number("limit", 1...1_000) ?? 100
            (filter.endpoint, filter.eventID) = (request.query["endpoint"], request.query["event"])
            filter.state = try request.choice("state", of: DeliveryState.self)
            if let type = request.query["type"] { filter.types = [try eventType(type)] }
            return .json(
                try AnswerJSON.text(of: DeliveriesAnswer(deliveries: try await desk.ask(DeliveryList(filter)))))
        },
        AdminRoute(
            method: .get, path: "/v1/deliveries/{delivery}",
            summary: "One delivery, with each attempt and the start of the receiver's answer.",
            described: .answer("Delivery", "The delivery.")
        ) { request, desk in
            let text = request.parameters["delivery"] ?? ""
            guard let number = Int64(text) else {
                throw AdminProblem(status: 404, detail: "there is no delivery \(text); they have numbers")
            }
            return .json(try AnswerJSON.text(of: try await desk.ask(DeliveryQuestion(number))))
        },
    ]
}

private struct DeliveriesAnswer: Encodable {
    let deliveries: [DeliveryReport]
}

extension LoggedEvents {
    /// Bodies are passed on byte by byte, with every number as Insightly wrote it.
    fileprivate var json: String {
        let readable = events.filter { !$0.body.isEmpty }
        let bodies = readable.map { String(decoding: $0.body, as: UTF8.self) }.joined(separator: ",")
        let unreadable = events.filter(\.body.isEmpty).map { String($0.sequence) }.joined(separator: ",")
        let missing = missing.map { "{\"from\":\($0.lowerBound),\"to\":\($0.upperBound)}" }.joined(separator: ",")
        return """
            {"events":[\(bodies)],"first_sequence":\(firstSequence.map(String.init) ?? "null"),\
            "has_more":\(hasMore),"last_sequence":\(lastSequence),"missing":[\(missing)],"next_after":\(nextAfter),\
            "unreadable":[\(unreadable)]}
            """
    }
}

private struct AccountsAnswer: Encodable {
    let accounts: [AccountAnswer]
}

private struct AccountAnswer: Encodable {
    let account: String
    /// Why its work does not get on; none where it does.
    let reasons: [String]
}
