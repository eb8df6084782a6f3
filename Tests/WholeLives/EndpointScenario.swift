// What one seed decides of an endpoint: what it is to get and how, and what its receiver is like.

import ChangeFeed
import ChangeOracle

/// An endpoint of a life.
struct EndpointScenario: Sendable {
    let name: String
    var terms = EndpointTerms()
    var schedule = RetrySchedule.standard
    var concurrency = 4
    /// POSTs that may begin in a second; nil: as many as there are places for.
    var requestsPerSecond: Double?
    /// The share of POSTs that do not get their 2xx.
    var refusals = 0.0
    /// What the receiver makes of one kind of event for as long as there is trouble; it takes all others.
    var dislike: Dislike?
    /// When the receiver takes nothing, since the beginning of the life.
    var outage: Range<Duration>?
    /// The accounts whose events go to endpoints of this kind, by their place: each has one of its own.
    var accounts: Set<Int> = [0]
    /// The one whose events it gets, by its place.
    var account = 0

    /// Which receiver stands behind its name.
    var target = 1

    init(name: String) {
        self.name = name
    }

    /// Whether nothing that its receiver does delays an event.
    var isCalm: Bool { refusals == 0 && dislike == nil && outage == nil && requestsPerSecond == nil }

    /// As the daemon has it.
    var rules: EndpointRules {
        let wanted = terms.wanted
        return EndpointRules(
            filter: EventFilter(
                types: wanted.types.compactMap(EventTypePattern.init),
                resources: Set(wanted.resources.map(ResourceName.init)),
                fields: wanted.fields.compactMap { field in
                    FieldCondition(
                        field.pointer, isOneOf: field.values.compactMap { try? RawJSON.read(Array($0.utf8)) })
                }),
            order: DeliveryOrder(rawValue: terms.order.rawValue) ?? .record, coalesces: terms.coalesces)
    }

    var machineTerms: EndpointMachine.Terms {
        EndpointMachine.Terms(
            concurrency: concurrency, requestsPerSecond: requestsPerSecond, policy: DeliveryPolicy(schedule: schedule),
            order: DeliveryOrder(rawValue: terms.order.rawValue) ?? .record, coalesces: terms.coalesces,
            target: Fingerprint(of: Array("\(target)".utf8)[...]))
    }

    /// Whether its machine or the store is to go by something else.
    func differs(from other: EndpointScenario) -> Bool { machineTerms != other.machineTerms || rules != other.rules }
}

extension EndpointScenario: CustomStringConvertible {
    var description: String {
        let wanted = terms.wanted
        let filter = [
            wanted.types.isEmpty ? nil : wanted.types.joined(separator: " "),
            wanted.resources.isEmpty ? nil : "of \(wanted.resources.joined(separator: " "))",
            wanted.fields.isEmpty
                ? nil
                : "where " + wanted.fields.map { "\($0.pointer) is \($0.values.joined(separator: "|"))" }.joined(),
        ].compactMap(\.self).joined(separator: " ")
        return [
            "\(name): \(filter.isEmpty ? "everything" : filter)", "of account \(account)",
            "order \(terms.order.rawValue)\(terms.coalesces ? ", coalescing" : "")",
            "\(terms.attempts) attempts, \(concurrency) at once",
            requestsPerSecond.map { "\($0) a second" }, refusals > 0 ? "refusals \(refusals)" : nil,
            dislike.map { "the receiver \($0)" },
            outage.map { "no receiver from \($0.lowerBound) to \($0.upperBound)" },
        ].compactMap(\.self).joined(separator: ", ")
    }
}
