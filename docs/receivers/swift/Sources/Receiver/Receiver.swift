// A receiver on Hummingbird: genuine events, each once, on disk before it is answered, and without gaps. `swift run`
// runs it. The environment says
//
//   WEBHOOK_SECRET  the signature key, whsec_…; while keys rotate, several with a space between
//   PORT, INBOX     8080 and inbox.jsonl if left out
//   EVENTS_URL      the daemon's http://127.0.0.1:9464/v1/events, where missed events are fetched; left out: nowhere
//   EVENTS_TOKEN    the token that is asked for there, if one is
//
// What you do with events comes after this: INBOX has one a line, as {id, sequence, body}.

import Foundation
import Hummingbird
import NIOCore

@main
struct Receiver {
    let secrets: [String]
    let inbox: Inbox
    let gaps: AsyncStream<Void>.Continuation

    static func main() async throws {
        let environment = ProcessInfo.processInfo.environment
        let (missing, gaps) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let receiver = Receiver(
            secrets: (environment["WEBHOOK_SECRET"] ?? "").split(separator: " ").map(String.init),
            inbox: try Inbox(path: environment["INBOX"] ?? "inbox.jsonl"), gaps: gaps)
        guard !receiver.secrets.isEmpty else { fatalError("WEBHOOK_SECRET is not set") }
        if let url = environment["EVENTS_URL"], !url.isEmpty {
            let following = Following(url: url, token: environment["EVENTS_TOKEN"], inbox: receiver.inbox)
            Task { try await following.run(after: missing) }
        }
        let router = Router()
        router.post("**") { request, _ in
            let body = try await request.body.collect(upTo: 64 << 20)
            return try await receiver.take(request.headers, Data(body.readableBytesView))
        }
        let port = Int(environment["PORT"] ?? "") ?? 8080
        try await Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)))
            .runService()
    }

    /// The status to answer with. An event that is taken is on disk by then.
    func take(_ headers: HTTPFields, _ body: Data) async throws -> HTTPResponse.Status {
        func value(_ name: String) -> String { headers.first { $0.name.canonicalName == name }?.value ?? "" }
        let isSigned = secrets.contains {
            isGenuine(
                secret: $0, id: value("webhook-id"), timestamp: value("webhook-timestamp"),
                signatures: value("webhook-signature"), body: body)
        }
        guard isSigned else { return .unauthorized }
        guard let event = try? JSONDecoder().decode(Event.self, from: body) else { return .badRequest }
        try await inbox.store(event, body: body)
        if await inbox.hasGap { gaps.yield() }
        return .noContent
    }
}
