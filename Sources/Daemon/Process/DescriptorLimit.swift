// How many files and sockets the process may have open, and who gets how many of them.

import ChangeFeed
import DaemonConfiguration
import Foundation
import Logging

/// The share of each part of the daemon in the descriptors that the system allows.
struct DescriptorPlan: Equatable, Sendable {
    /// What polling and delivering may need at once.
    let needed: Int
    /// Connections that each of the daemon's own servers may hold.
    let adminConnections: Int
    /// What all parts together may need at once.
    let wanted: Int
    /// Whether the servers get less than they may have, and delivering perhaps less than it needs.
    let isShort: Bool

    /// - Parameters:
    ///   - limit: descriptors that this process may have.
    ///   - accounts: each has a few requests in flight at once.
    ///   - attempts: deliveries in flight at once, of all endpoints together.
    ///   - servers: of the daemon's own: the admin server, the one for hints.
    init(limit: Int, accounts: Int = 1, attempts: Int, servers: Int = 1) {
        // A connection that is being closed still counts beside the one that takes its place.
        needed = Limits.descriptorsAtRest + 2 * (accounts * Limits.requestsInFlight + attempts)
        let left = (limit - needed) / max(1, servers)
        adminConnections = min(Limits.adminConnections, max(Limits.fewestAdminConnections, left))
        wanted = needed + servers * Limits.adminConnections
        isShort = limit < wanted
    }
}

/// The limit that the system sets to this process.
enum DescriptorLimit {
    /// Raises it as far as an ordinary process may, and says how far that is.
    ///
    /// Distributions begin with 1,024 for the sake of programs that use `select`; this one does not.
    static func raised() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        let present = limit.rlim_cur
        limit.rlim_cur = max(present, min(limit.rlim_max, rlim_t(Limits.descriptors)))
        let isRaised = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        return Int(clamping: isRaised ? limit.rlim_cur : present)
    }
}

extension Logger {
    /// The system's limit on open files is raised first, and shared out: deliveries go before being looked at.
    func descriptors(for plan: Plan) -> DescriptorPlan {
        let limit = DescriptorLimit.raised()
        let descriptors = DescriptorPlan(
            limit: limit, accounts: max(1, plan.accounts.count),
            attempts: plan.accounts.values.flatMap(\.endpoints).reduce(0) { $0 + $1.settings.concurrency },
            servers: (plan.adminListen == nil ? 0 : 1) + (plan.hint == nil ? 0 : 1))
        if descriptors.isShort {
            warning(
                """
                this process may have \(limit) files open, and may need \(descriptors.wanted): allow it more \
                (LimitNOFILE= in the unit, ulimit -n)
                """)
        }
        return descriptors
    }
}
