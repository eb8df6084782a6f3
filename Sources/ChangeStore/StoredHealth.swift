// The health of an endpoint as it stands in its column: words of the store's own, whatever the code calls them.

import ChangeFeed
import Foundation

/// JSON, for nobody asks for a part of it.
struct StoredHealth: StoredAsJSON {
    private enum Circuit: String, Codable {
        case closed, open, probing, recovering
    }

    private enum Disabled: String, Codable {
        case gone, asked, failing
    }

    private enum CodingKeys: String, CodingKey {
        case circuit, until, probes, allowed, disabled, failures
        case failingSince = "failing_since"
        case failingTypes = "failing_types"
    }

    private var circuit: Circuit
    private var until: Instant?
    private var probes: Int?
    private var allowed: Int?
    private var disabled: Disabled?
    private var failures: Int
    private var failingSince: Instant?
    private var failingTypes: [String]?

    var isSound: Bool {
        let isWhole =
            switch circuit {
            case .closed, .probing: true
            case .open: until != nil && probes.map { (0...1_000_000).contains($0) } ?? false
            case .recovering: allowed.map { (1...1_000_000).contains($0) } ?? false
            }
        return isWhole && failures >= 0
    }

    init(_ health: EndpointHealth) {
        let health = health.memory
        switch health.circuit {
        case .closed, .doubtful: circuit = .closed
        case .open(let until, let probes):
            circuit = .open
            (self.until, self.probes) = (until, probes)
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
            }
        }
        failures = health.failures
        failingSince = health.failingSince
        failingTypes = health.failingTypes.isEmpty ? nil : health.failingTypes.sorted()
    }

    fileprivate var health: EndpointHealth {
        let circuit: EndpointHealth.Circuit =
            switch self.circuit {
            case .closed: .closed
            case .open: .open(until: until ?? .distantPast, probes: probes ?? 0)
            case .probing: .probing
            case .recovering: .recovering(allowed: allowed ?? 1)
            }
        let disabled: EndpointHealth.Disabled? = self.disabled.map { word in
            switch word {
            case .gone: .gone
            case .asked: .asked
            case .failing: .failing
            }
        }
        return EndpointHealth(
            circuit: circuit, disabled: disabled, failures: failures, failingSince: failingSince,
            failingTypes: Set(failingTypes ?? []))
    }
}

extension EndpointHealth {
    /// Of an endpoint that has a health. One that cannot be read is nothing to trust blindly: what is sent then goes
    /// one at a time at first.
    init(column: String?) {
        guard let column else {
            self.init()
            return
        }
        self = StoredHealth(stored: column)?.health ?? .resumed
    }

    var column: String? { StoredHealth(self).stored }
}
