// Some requests to Insightly that tell whether the key works, whether each resource can be read, and what the configured
// polling costs of the day's quota.

import ChangeFeed
import DaemonConfiguration
import InsightlyAPI
import Operations

package struct OnlineCheck: Sendable {
    let api: APISettings
    let polling: PollingSettings
    let version: String

    package init(api: APISettings, polling: PollingSettings, version: String) {
        self.api = api
        self.polling = polling
        self.version = version
    }

    /// Asks `GET /Instance`, which answers with the instance's name and plan, and then for one record of each resource.
    package func run() async -> OnlineReport {
        var timeouts = InsightlyClient.Timeouts()
        timeouts.total = .seconds(20)
        let transport = InsightlyTransport(timeouts: timeouts)
        let client = InsightlyClient(
            baseURL: api.baseURL, apiKey: api.apiKey.revealedText, version: version, over: transport)
        var requests = PacedRequests(client, terms: api.budget)
        var report = OnlineReport()
        await askForInstance(&requests, &report)
        if report.problem == nil {
            for plan in polling.resources { report.resources.append(await ask(for: plan, &requests)) }
        }
        try? await transport.shutdown()
        return report
    }

    private func askForInstance(_ requests: inout PacedRequests, _ report: inout OnlineReport) async {
        let request = APIRequest(target: RequestTarget(path: "/Instance"), purpose: .poll)
        switch await requests.send(request, of: nil) {
        case .notAsked(let reason):
            report.problem = "\(api.baseURL) was not asked: \(reason.rawValue)"
        case .result(.failure(let failure)):
            report.problem = "\(api.baseURL): \(failure)"
        case .result(.success(let response)) where response.status == 401:
            report.problem =
                "\(api.baseURL): the API key was refused (401). Check the key, and that insightly.pod is the one shown "
                + "beside it in User Settings"
        case .result(.success(let response)) where !(200...299).contains(response.status):
            report.problem = refusal(response)
        case .result(.success(let response)):
            guard let instance = try? RawRecord.read(response.body),
                let plan = instance.value(at: FieldPath("PLAN_NAME"))?.decodedString
            else {
                report.problem =
                    "\(api.baseURL): GET /Instance was not answered as Insightly answers it. Check the address"
                return
            }
            report.instance = instance.value(at: FieldPath("INSTANCE_NAME"))?.decodedString
            report.plan = plan
            (report.requestsLeft, report.requestsADay) = (response.dailyRemaining, response.dailyLimit)
            report.warnings = warnings(response)
            report.costLines = costLines(response)
        }
    }

    /// One record, and how many there are.
    private func ask(for plan: ResourcePlan, _ requests: inout PacedRequests) async -> OnlineReport.Resource {
        var target = plan.listing
        target.query += [QueryItem("top", "1"), QueryItem("count_total", "true")]
        var report = OnlineReport.Resource(resource: plan.name.text, path: target.path)
        switch await requests.send(APIRequest(target: target, purpose: .poll), of: plan.name) {
        case .notAsked(let reason):
            report.problem = "\(target.path) was not asked: \(reason.rawValue)"
        case .result(let result):
            if case .success(let response) = result {
                (report.status, report.records) = (response.status, response.totalCount)
            }
            if let problem = PageProblem(result, of: plan, target: target) {
                let advice = problem.status.flatMap { api.advice(afterStatus: $0) }
                report.problem = ([problem.description] + (advice.map { [$0] } ?? [])).joined(separator: ". ")
            } else if case .success(let response) = result {
                report.problem = fault(of: response.body, plan)
            }
        }
        return report
    }

    /// What keeps records from being told apart.
    private func fault(of body: [UInt8], _ plan: ResourcePlan) -> String? {
        let page: RecordPage
        do { page = try RecordPage.read(body) } catch {
            return "\(plan.listing.path) is no list of records (\(error)). Check the url of \"\(plan.name)\""
        }
        guard let record = page.records.first, SeenRecord(record, idField: plan.idField) == nil else { return nil }
        return "a record of \(plan.listing.path) has no id in \(plan.idField). Check the idField of \"\(plan.name)\""
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
        if let trouble = response.quotaTrouble { lines.append(trouble.words) }
        if let date = response.date, response.serverTime == nil { lines.append("\(APINotice.dateIsOfNoClock(date))") }
        if let clocks = ClockComparison(response, now: SteadyClock.wall),
            clocks.isDisagreement(overlap: polling.overlap)
        {
            lines.append("the clocks disagree: \(clocks)")
        }
        return lines
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
