// What the API answered before any daemon runs: whether the key works, what each resource answers, what polling costs.

import ChangeFeed
import Foundation

package struct OnlineReport: Sendable, Equatable, Encodable {
    /// What one resource answered to one request for one record.
    package struct Resource: Sendable, Equatable, Encodable {
        package var resource: String
        package var path: String
        /// Nil: nothing whole, or it was not asked.
        package var status: Int?
        /// Nil where the API did not say.
        package var records: Int?
        /// What is wrong, and what to do; nil: it can be polled.
        package var problem: String?

        var line: String {
            if let problem { return "\(resource): WRONG: \(problem)" }
            return "\(resource): \(path) can be read" + (records.map { ", \($0.counted("record"))" } ?? "")
        }
    }

    package var instance: String?
    package var plan: String?
    package var requestsLeft: Int?
    package var requestsADay: Int?
    package var warnings: [String] = []
    /// Why nothing more was asked.
    package var problem: String?
    package var resources: [Resource] = []
    /// For people: what polling costs.
    package var costLines: [String] = []

    /// Whether everything that is configured can be polled.
    package var succeeded: Bool { problem == nil && resources.allSatisfy { $0.problem == nil } }

    private enum CodingKeys: CodingKey {
        case instance, plan, requestsLeft, requestsADay, warnings, problem, resources
    }

    package var lines: [String] {
        if let problem { return [problem] }
        return [
            "instance: \(instance ?? "without a name")", "plan: \(plan ?? "without a name")", quotaLine,
        ] + warnings.map { "warning: \($0)" } + resources.map(\.line) + costLines
    }

    private var quotaLine: String {
        guard let requestsADay, let requestsLeft else { return "quota: the API did not say" }
        return "quota: \(requestsLeft) of \(requestsADay) requests left today"
    }
}
