// The health of an endpoint as it stands in its column.

import ChangeFeed

package struct StoredHealth: StoredForm {
    private enum Circuit: String, Codable {
        case closed, open, probing, recovering
    }

    private enum Disabled: String, Codable {
        case gone, asked, failing, unreadable
    }

    private enum CodingKeys: String, CodingKey {
        case circuit, until, probes, allowed, disabled, failures
        case failingSince = "failing_since"
        case failingTypes = "failing_types"
    }

    private var circuit: Circuit
    private var until: Int64?
    private var probes: Int?
    private var allowed: Int?
    private var disabled: Disabled?
    private var failures: Int
    private var failingSince: Int64?
    private var failingTypes: [String]?

    package init(_ health: EndpointHealth) {
        let health = health.memory
        switch health.circuit {
        case .closed, .doubtful: circuit = .closed
        case .open(let until, let probes):
            circuit = .open
            (self.until, self.probes) = (until.microsecondsSince1970, probes)
        case .probing: circuit = .probing
        case .recovering(let allowed):
            circuit = .recovering
            self.allowed = allowed
        }
        disabled = health.disabled.map { reason in
            switch reason {
            case .gone: .gone
            case .asked: .asked
            case .failing: .failing
            case .unreadable: .unreadable
            }
        }
        failures = health.failures
        failingSince = health.failingSince?.microsecondsSince1970
        failingTypes = health.failingTypes.isEmpty ? nil : health.failingTypes.sorted()
    }

    package var value: EndpointHealth? {
        guard failures >= 0, let circuit = circuitValue else { return nil }
        let since = failingSince.flatMap(Instant.init(calculable:))
        guard (since == nil) == (failingSince == nil) else { return nil }
        let disabled: EndpointHealth.Disabled? = self.disabled.map { word in
            switch word {
            case .gone: .gone
            case .asked: .asked
            case .failing: .failing
            case .unreadable: .unreadable
            }
        }
        return EndpointHealth(
            circuit: circuit, disabled: disabled, failures: failures, failingSince: since,
            failingTypes: Set(failingTypes ?? []))
    }

    private var circuitValue: EndpointHealth.Circuit? {
        switch circuit {
        case .closed: return .closed
        case .open:
            guard let until = until.flatMap(Instant.init(calculable:)), let probes, (0...1_000_000).contains(probes)
            else { return nil }
            return .open(until: until, probes: probes)
        case .probing: return .probing
        case .recovering:
            guard let allowed, (1...1_000_000).contains(allowed) else { return nil }
            return .recovering(allowed: allowed)
        }
    }
}

extension EndpointHealth {
    /// Of an endpoint that has a health. One that cannot be read is nothing to trust: it may have been disabled.
    package init(column: String?) {
        guard let column else {
            self.init()
            return
        }
        self = StoredHealth.value(in: column) ?? .unreadable
    }

    package var column: String { StoredHealth.text(self) }
}
