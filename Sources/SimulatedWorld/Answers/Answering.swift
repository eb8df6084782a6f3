// From a request to its answer: who asks, whether it is too much, what goes wrong, and then what was asked for.

import ChangeFeed

extension SimulatedInstance {
    /// Takes a request in and says what to answer, and under which number to report that the answer is through.
    package mutating func begin(_ request: SimulatedRequest, at time: Instant) -> (SimulatedAnswer, number: Int) {
        publish(until: time)
        let inFlight = requests.inFlight
        let number = requests.arrived(request, polled: Self.polledObject(of: request), at: time)
        var answer = decide(request, at: time, inFlight: inFlight)
        answer.headers += [
            HeaderField("Cache-Control", "no-cache"), HeaderField("Pragma", "no-cache"), HeaderField("Expires", "-1"),
        ]
        if quirks.sendsDate {
            let date = (time + quirks.clockOffset + quirks.dateAhead + answer.dateAhead).wholeSecond
            answer.headers.append(HeaderField("Date", HTTPDate.format(date)))
            answer.serverTime = date
        }
        requests.answered(number, status: answer.status)
        return (answer, number)
    }

    /// The answer under this number has reached the client, or the connection has ended.
    package mutating func finish(_ number: Int, at time: Instant) {
        requests.finished(number, at: time)
    }

    /// A request and its answer in one go, for callers without connections: it is in flight for its delay.
    package mutating func respond(to request: SimulatedRequest, at time: Instant) -> SimulatedAnswer {
        let (answer, number) = begin(request, at: time)
        finish(number, at: time + answer.delay)
        return answer
    }

    private mutating func decide(_ request: SimulatedRequest, at time: Instant, inFlight: Int) -> SimulatedAnswer {
        // The service refuses before it looks at the path: an unknown one answers 401 as well without a key.
        guard BasicCredentials.apiKey(in: request.headers) == apiKey else {
            return .message(401, "Authorization has been denied for this request.")
        }
        let limits = quirks.limits
        let refusal = limiter.admit(at: time + quirks.clockOffset, inFlight: inFlight, limits: limits)
        let rate = [
            HeaderField("X-RateLimit-Limit", String(limits.perDay)),
            HeaderField("X-RateLimit-Remaining", String(limiter.remaining(limits))),
        ]
        var answer: SimulatedAnswer
        if let refusal {
            answer = refusal.answer(sendsRetryAfter: limits.sendsRetryAfter)
        } else {
            answer = route(request)
            if let fault = faults.strike(&misfortune) { answer = faults.strike(fault, answer, &misfortune) }
        }
        answer.headers += rate
        return answer
    }
}
