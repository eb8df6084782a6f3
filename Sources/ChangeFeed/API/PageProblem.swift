// Why an answer could not be used as a page, and whether asking again soon can help.

/// A request to the API that brought no page.
package struct PageProblem: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Remedy: Sendable, Equatable {
        /// The same request may well succeed soon.
        case retry
        /// Asking again changes nothing until somebody changes something.
        case needsAttention
        /// The budget holds everything back already; the request is made again as soon as it may be.
        case held
        /// The trouble is ours, and tells nothing of what was to be asked for.
        case ownTrouble
    }

    package var remedy: Remedy
    /// What failed, on what, and what to do next.
    package var description: String
    /// What the request was answered; nil: nothing whole, or nothing that this is about.
    package var status: Int?

    package init(_ remedy: Remedy, _ description: String) {
        self.remedy = remedy
        self.description = description
    }
}

extension PageProblem {
    /// What a failed exchange means, or nil for an answer that ought to hold a page.
    package init?(_ result: APIResult, of plan: ResourcePlan, target: RequestTarget) {
        switch result {
        case .failure(.shortage(let what)):
            self.init(.ownTrouble, "\(target.path): \(APIFailure.shortage(what)); asking again")
        case .failure(let failure):
            self.init(.retry, "\(target.path): \(failure); asking again")
        case .success(let response):
            guard let problem = Self.problem(response, plan: plan, path: target.path) else { return nil }
            self = problem
            status = response.status
        }
    }

    private static func problem(_ response: APIResponse, plan: ResourcePlan, path: String) -> PageProblem? {
        let status = response.status
        return switch status {
        case 200...299:
            nil
        case 301, 302, 303, 307, 308:
            PageProblem(
                [301, 308].contains(status) ? .needsAttention : .retry,
                "\(path): the API \(InsightlyAddress.redirect(status, to: response.redirectsTo))")
        case 401:
            PageProblem(
                .held,
                "\(path): the API refused the API key (401). Check insightly.api_key, that insightly.pod is the one shown "
                    + "under the key in User Settings, and that API access is not disabled for the user; where other resources are read, "
                    + "that the url of \"\(plan.name)\" is one of the API's")
        case 429:
            PageProblem(.held, "\(path): the API asked for a pause (429)")
        case 403:
            PageProblem(
                .needsAttention,
                "\(path): the key's user may not read it, or the plan does not include it (403). Give the user access, "
                    + "or take \"\(plan.name)\" out of event.poller.configuration")
        case 404, 405:
            PageProblem(
                .needsAttention,
                "\(path): the API knows no such resource (\(status)). Check the url of \"\(plan.name)\" in "
                    + "event.poller.configuration; some objects are singular (Ticket, Product)")
        case 400...499 where status != 408:
            PageProblem(
                .needsAttention,
                "\(path): the API did not accept the request (\(status)). Check the url of \"\(plan.name)\" in "
                    + "event.poller.configuration")
        default:
            // Without the time, which would make a new line of each answer.
            PageProblem(
                .retry,
                (response.retryAfter ?? .zero) > .minutes(1)
                    ? "\(path): the API answered \(status) and asked for rest; asking again after an hour at most: `status` "
                        + "says when, and `insightly-webhooks resume --api` asks at once"
                    : "\(path): the API answered \(status); asking again")
        }
    }
}
