// What the daemon makes of a receiver's answer.

import APIDescription
import ChangeFeed

enum AnswerMeanings {
    typealias Response = OpenAPIDocument.Response

    /// Answers by the names they have in the components, which no status is part of.
    private static let meanings: [(name: String, statuses: [String], description: String, isPlain: Bool)] = [
        (
            "Taken", ["2XX"],
            """
            The event is delivered, and not sent again. Answer once it is stored, and work on it afterwards; of the body \
            64 KiB are read.
            """, true
        ),
        (
            "NotFollowed", ["3XX"],
            "Redirects are never followed: the event is sent to the same URL again later.", false
        ),
        (
            "NotThisEvent", AttemptOutcome.statusesOfTheEvent.map(String.init),
            """
            It is this event that cannot be taken. That says nothing against the receiver, and no other event waits for it \
            but those of its record; it is sent again later all the same.
            """, false
        ),
        (
            "Gone", [String(AttemptOutcome.statusOfTheEnd)],
            "Nothing is sent to this endpoint any more until an operator resumes it. Its queue is kept.", true
        ),
        (
            "Again", ["default"],
            """
            The event is sent again later, as is one that is not answered in time: by the standard schedule \
            \(RetrySchedule.standard.waits.count) times more, then it is a dead letter, kept and not sent again by itself. \
            A receiver that takes nothing is probed at growing intervals.
            """, false
        ),
    ]

    static let components: [OpenAPIDocument.Named<Response>] = meanings.map {
        .init($0.name, Response("", $0.description, headers: $0.isPlain ? [] : holding))
    }

    /// Of every operation.
    static let responses: [Response] = meanings.flatMap { meaning in
        meaning.statuses.map { Response.reference($0, meaning.name) }
    }

    static let headers: [OpenAPIDocument.Named<OpenAPIDocument.Header>] = [
        .init(
            "Retry-After",
            .header(
                .string(),
                description: """
                    Seconds, or a date of HTTP: until then nothing at all is sent to this endpoint, for \
                    \(Limits.longestHold.components.seconds / 3600) hours at most.
                    """, isRequired: false)),
        .init(
            WebhookHeader.directive,
            .header(
                .choice(ReceiverDirective.allCases.map(\.rawValue)),
                description: """
                    `\(ReceiverDirective.disable.rawValue)`: nothing is sent any more until an operator resumes the endpoint. \
                    `\(ReceiverDirective.abortMessage.rawValue)`: this event is given up at once.
                    """, isRequired: false)),
    ]

    private static let holding = headers.map {
        OpenAPIDocument.Named($0.name, OpenAPIDocument.Header.reference($0.name))
    }
}
