// One request to Insightly that tells whether the key works and what the configured polling costs of the day's quota.

import ChangeFeed
import DaemonConfiguration
import InsightlyAPI
import Operations

package struct OnlineCheck: Sendable {
    package struct Report: Sendable, Equatable {
        package var lines: [String]
        package var succeeded: Bool
    }

    let api: APISettings
    let polling: PollingSettings
    let version: String

    package init(api: APISettings, polling: PollingSettings, version: String) {
        self.api = api
        self.polling = polling
        self.version = version
    }

    /// Asks `GET /Instance`, which answers with the instance's name and plan.
    package func run() async -> Report {
        var timeouts = InsightlyClient.Timeouts()
        timeouts.total = .seconds(20)
        let client = InsightlyClient(
            baseURL: api.baseURL, apiKey: api.apiKey.revealedText, version: version, timeouts: timeouts)
        let result = await client.send(APIRequest(target: RequestTarget(path: "/Instance"), purpose: .poll))
        try? await client.shutdown()
        switch result {
        case .failure(let failure):
            return Report(lines: ["\(api.baseURL): \(failure)"], succeeded: false)
        case .success(let response) where response.status == 401:
            let line =
                "\(api.baseURL): the API key was refused (401). Check the key, and that insightly.pod is the one shown "
            return Report(lines: [line + "beside it in User Settings"], succeeded: false)
        case .success(let response) where !(200...299).contains(response.status):
            return Report(lines: [refusal(response)], succeeded: false)
        case .success(let response):
            guard let instance = try? RawRecord.read(response.body),
                let plan = instance.value(at: FieldPath("PLAN_NAME"))?.decodedString
            else {
                let line = "\(api.baseURL): GET /Instance was not answered as Insightly answers it. Check the address"
                return Report(lines: [line], succeeded: false)
            }
            let name = instance.value(at: FieldPath("INSTANCE_NAME"))?.decodedString ?? "without a name"
            let lines = ["instance: \(name)", "plan: \(plan)", quotaLine(response)]
            return Report(lines: lines + warnings(response) + costLines(response), succeeded: true)
        }
    }

    private func refusal(_ response: APIResponse) -> String {
        if (300...399).contains(response.status) {
            return "\(api.baseURL): GET /Instance was "
                + InsightlyAddress.redirect(response.status, to: response.redirectsTo)
        }
        let line = "\(api.baseURL): GET /Instance was answered \(response.status)"
        return line + (api.advice(afterStatus: response.status).map { ". \($0)" } ?? "")
    }

    private func warnings(_ response: APIResponse) -> [String] {
        var lines: [String] = []
        if let trouble = response.quotaTrouble { lines.append("warning: \(trouble.words)") }
        if let date = response.date, response.serverTime == nil {
            lines.append("warning: \(APINotice.dateIsOfNoClock(date))")
        }
        if let clocks = ClockComparison(response, now: SteadyClock.wall),
            clocks.isDisagreement(overlap: polling.overlap)
        {
            lines.append("warning: the clocks disagree: \(clocks)")
        }
        return lines
    }

    private func quotaLine(_ response: APIResponse) -> String {
        guard let limit = response.dailyLimit, let remaining = response.dailyRemaining else {
            return "quota: the API did not say"
        }
        return "quota: \(remaining) of \(limit) requests left today"
    }

    private func costLines(_ response: APIResponse) -> [String] {
        let now = SteadyClock.wall
        var memory = RequestBudget.Memory()
        if let limit = response.dailyLimit, limit > 0 {
            // What others use is not known from one answer; the cost is told of an instance that is otherwise quiet.
            memory.observation = QuotaObservation(limit: limit, remaining: limit, observedAt: now)
        }
        let cost = CostReport(
            polling.resources, paces: [:], records: [:], sweepInterval: polling.sweeps,
            budget: RequestBudget(terms: api.budget, memory: memory, at: now), at: now)
        return cost.lines
    }
}
