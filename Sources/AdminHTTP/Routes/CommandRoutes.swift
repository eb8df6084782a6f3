// What is asked of the daemon to do.

import ChangeFeed
import EventStore
import Operations

extension AdminRoute {
    static let commands: [AdminRoute] = [
        AdminRoute(
            method: .post, path: "/v1/replay", summary: "Sends stored events again.",
            described: .command(BodySchemas.replay, "ReplayRequested")
        ) { request, desk in
            let wish = try request.json(ReplayBody.self)
            let replay = try Replay(try wish.events, eventsPerSecond: wish.rate ?? Replay.usualRate)
            // Counting looks through the log, which may take longer than whoever asks would wait.
            if wish.dryRun == true {
                let counts = try await desk.ask(CountReplay(try wish.events))
                return try .requested(ReplayAnswer(endpoints: counts, requested: false), isAsked: false)
            }
            try await desk.leave(replay)
            return try .requested(ReplayAnswer(requested: true), isAsked: true)
        },
        AdminRoute(
            method: .post, path: "/v1/poll", summary: "Polls a resource next, or all of them, within the limits.",
            described: .command(BodySchemas.poll, "PollRequested")
        ) { request, desk in
            let polled = try await desk.leave(PollNow(try request.json(PollBody.self).resource))
            return try .requested(polled, isAsked: !polled.resources.isEmpty)
        },
        AdminRoute(
            method: .post, path: "/v1/resume", summary: "Sends to an endpoint again, or tries the API again.",
            described: .command(BodySchemas.resume, "Requested")
        ) { request, desk in
            let wish = try request.json(ResumeBody.self)
            guard (wish.endpoint != nil) != (wish.api == true) else {
                throw AdminProblem(
                    status: 400, detail: "write which: {\"endpoint\": NAME}, as /v1/status has it, or {\"api\": true}")
            }
            if let endpoint = wish.endpoint {
                try await desk.leave(ResumeEndpoint(endpoint))
            } else {
                try await desk.leave(ResumeAPI())
            }
            return try .requested(RequestedAnswer(requested: true), isAsked: true)
        },
        AdminRoute(
            method: .post, path: "/v1/release",
            summary: "The deletes that are held of a resource are real, or the changes.",
            described: .command(BodySchemas.release, "Requested")
        ) { request, desk in
            let wish = try request.json(ReleaseBody.self)
            let decision = wish.changes == true ? HeldDecision.releaseChanges : .release
            return try await decide(decision, wish.resource, desk)
        },
        AdminRoute(
            method: .post, path: "/v1/dismiss", summary: "What is held of a resource is learned, and nobody is told.",
            described: .command(BodySchemas.dismiss, "Requested")
        ) { request, desk in
            let wish = try request.json(DismissBody.self)
            let (changes, deletes) = (wish.changes == true, wish.deletes == true)
            let decision = changes == deletes ? HeldDecision.dismiss : changes ? .dismissChanges : .dismissDeletes
            return try await decide(decision, wish.resource, desk)
        },
        AdminRoute(
            method: .post, path: "/v1/give-up",
            summary: "Makes dead letters of deliveries, or of all that waits for an endpoint.",
            described: .command(BodySchemas.giveUp, "GiveUpRequested")
        ) { request, desk in
            let wish = try request.json(GiveUpBody.self)
            switch (wish.delivery, wish.endpoint) {
            case (let delivery?, nil):
                let isAsked = try await desk.leave(GiveUpDelivery(delivery)) == .requested
                return try .requested(GiveUpAnswer(deliveries: isAsked ? 1 : 0, requested: isAsked), isAsked: isAsked)
            case (nil, let endpoint?):
                let count = try await desk.leave(GiveUpQueue(of: endpoint))
                return try .requested(GiveUpAnswer(deliveries: count, requested: count > 0), isAsked: count > 0)
            default:
                throw AdminProblem(
                    status: 400, detail: "write which: {\"delivery\": NUMBER}, or {\"endpoint\": NAME} for all of it")
            }
        },
    ]

    private static func decide(
        _ decision: HeldDecision, _ resource: String?, _ desk: any AdminDesk
    ) async throws -> AdminAnswer {
        guard let resource else {
            throw AdminProblem(status: 400, detail: "write the resource, as /v1/status has it")
        }
        let isAsked = try await desk.leave(Decide(decision, of: resource)) == .requested
        return try .requested(RequestedAnswer(requested: isAsked), isAsked: isAsked)
    }
}

extension AdminAnswer {
    /// 202: the daemon does it within moments; 200: there was nothing to do.
    fileprivate static func requested(_ answer: some Encodable, isAsked: Bool) throws -> AdminAnswer {
        .json(try AnswerJSON.text(of: answer), status: isAsked ? 202 : 200)
    }
}

private struct RequestedAnswer: Encodable {
    let requested: Bool
}

private struct ReplayAnswer: Encodable {
    /// How many events each would get: counted in a dry run only.
    var endpoints: [ReplayCount]?
    let requested: Bool
}

private struct GiveUpAnswer: Encodable {
    let deliveries: Int
    let requested: Bool
}
