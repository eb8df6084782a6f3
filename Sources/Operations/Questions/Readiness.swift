// Whether the daemon does its work: polls come, and what was detected leaves.

import ChangeFeed

/// Why the daemon's work does not get on, each reason in words; none where it does.
///
/// A pause that the API asked for, and a receiver that fails, are reasons once they last: what repairs itself within
/// minutes wakes nobody.
package struct Readiness: Sendable, Equatable {
    package private(set) var reasons: [String] = []

    /// - Parameters:
    ///   - polled: the resources of the configuration.
    ///   - runsFor: seconds since the daemon has started.
    package init(_ report: StatusReport, polled: [ResourceName], runsFor: Int) {
        if report.quota.pausedFor == PauseCause.unauthorized.rawValue {
            reasons.append("nothing is polled: \(PauseCause.unauthorized.reason.rawValue)")
        }
        if let instance = report.instance {
            reasons.append(
                "nothing is polled: which instance the API key leads to is not known since \(instance.awaitedSince)")
        }
        for name in polled { polls(name, report, runsFor: runsFor) }
        for endpoint in report.endpoints where ["disabled", "failing"].contains(endpoint.state) { deliveries(endpoint) }
    }

    private mutating func polls(_ name: ResourceName, _ report: StatusReport, runsFor: Int) {
        let resource = report.resources.first { ResourceName($0.resource).canonical == name.canonical }
        guard let resource, let lag = resource.lagSeconds else {
            if Double(runsFor) > Self.pollMayTake {
                reasons.append("\(name): was never polled to the end, though the daemon has run for \(runsFor) s")
            }
            return
        }
        guard let interval = resource.intervalSeconds, Double(lag) > 3 * interval + Self.pollMayTake else { return }
        var reason =
            "\(name): the last complete poll began \(lag) s ago, and one is due every \(Int(interval)) s"
        if let cause = report.quota.pausedFor.flatMap(PauseCause.init(rawValue:)) {
            reason += "; \(cause.reason.rawValue)"
        }
        reasons.append(reason)
    }

    private mutating func deliveries(_ endpoint: StatusReport.Endpoint) {
        guard let waits = endpoint.oldestOpenSeconds, waits > Self.deliveryMayWait else { return }
        reasons.append(
            "the endpoint \(endpoint.endpoint) is \(endpoint.state), and \(endpoint.open.counted("event")) wait, the "
                + "oldest for \(waits) s")
    }

    /// Seconds: a poll of many pages takes its time, and one failure is repeated within minutes.
    private static let pollMayTake = 600.0
    /// Seconds: a receiver that is being deployed is no reason to wake anybody.
    private static let deliveryMayWait = 900
}
