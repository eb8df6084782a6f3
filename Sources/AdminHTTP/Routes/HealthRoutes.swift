// What monitoring asks for.

import Operations

extension AdminRoute {
    static let health: [AdminRoute] = [
        AdminRoute(
            method: .get, path: "/healthz", access: .anybody, summary: "Whether the process lives.",
            described: .text("It does."), isOfAccount: false
        ) { _, desk in
            .text((["ok"] + desk.signsOfLife).map { $0 + "\n" }.joined())
        },
        AdminRoute(
            method: .get, path: "/readyz", summary: "Whether the daemon does its work.",
            described: .text(
                "It does.", .init(status: 503, text: "It does not: a reason a line.", type: "text/plain")),
            isOfAccount: false
        ) { _, desk in
            let reasons = await desk.reasonsNotReady()
            let lines = reasons.map { ($0.account.map { "account \($0): " } ?? "") + $0.reason + "\n" }
            return reasons.isEmpty ? .text("ok\n") : .text(lines.joined(), status: 503)
        },
        AdminRoute(
            method: .get, path: "/metrics", summary: "The state of the daemon, as Prometheus reads it.",
            described: .text("Prometheus's text format, 0.0.4."), isOfAccount: false
        ) { _, desk in
            let text = try await desk.metrics()
            return AdminAnswer(type: "text/plain; version=0.0.4; charset=utf-8", body: Array(text.utf8))
        },
    ]
}
