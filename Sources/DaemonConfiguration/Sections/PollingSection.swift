// The `event.poller.*` keys: what is polled, how often, and from when on.

import ChangeFeed

extension SettingsReader {
    /// - Parameter now: nil where it is not known.
    mutating func polling(at now: Instant?) -> PollingSettings {
        value(.vendorType) { value throws(ValueFault) in try SettingsReader.checkVendorType(value) }
        let interval = value(.refreshInterval) { value throws(ValueFault) in try value.asPollInterval() }
        let deletes = value(.pollerDeletes) { value throws(ValueFault) in try value.asBool() }
        return PollingSettings(
            enabled: isEnabled,
            start: start(at: now),
            overlap: value(.pollerOverlap) { value throws(ValueFault) in try value.asDuration() },
            deletes: deletes,
            sweepInterval: value(.sweepInterval) { value throws(ValueFault) in
                try value.asDuration(zeroAllowed: false)
            },
            resources: resources(interval: interval))
    }

    private mutating func start(at now: Instant?) -> PollStart {
        let start = value(.pollerStart) { value throws(ValueFault) in try PollStart(value) }
        if let now, case .at(let time) = start, time > now {
            findings.warning(
                ConfigurationKey.pollerStart.rawValue, "is yet to come, and no more than \"now\" until then",
                "write \"now\", or a time that has passed")
        }
        return start
    }

    private mutating func resources(interval: PollInterval) -> [ResourcePlan] {
        let name = ConfigurationKey.pollerConfiguration.rawValue
        var blocks = value(.pollerConfiguration) { value throws(ValueFault) in
            try value.asObject("an object of resources")
        }
        if let legacy = legacyBlocks() {
            if given(.pollerConfiguration) == nil {
                blocks = legacy
            } else {
                findings.warning(ConfigurationKey.pollerURLs.rawValue, "is not used beside \(name)", "take it out")
            }
        }
        if blocks.members.isEmpty {
            findings.warning(
                name, "names no resource, so there is nothing to poll", "write {\"contacts\": {}}, or leave it out")
        }
        reportSameObjects(blocks)
        return blocks.members.compactMap { member in
            var reader = ResourceReader(name: member.name, interval: interval, findings: findings)
            let plan = reader.plan(member.value)
            findings = reader.findings
            return plan
        }
    }

    private mutating func legacyBlocks() -> JSONObject? {
        guard
            let blocks = optional(.pollerURLs, { value throws(ValueFault) in try LegacyPollerURLs.blocks(value) })
        else { return nil }
        findings.warning(
            ConfigurationKey.pollerURLs.rawValue, "is a form that the vendor gave up in 2016",
            "write \(ConfigurationKey.pollerConfiguration.rawValue) instead")
        return blocks
    }

    /// `accounts` and `organisations` share one state, and so do `Fruit__c` and `/fruit__c`.
    private mutating func reportSameObjects(_ blocks: JSONObject) {
        var first: [String: String] = [:]
        for member in blocks.members {
            let object = InsightlyObject.canonicalName(of: member.name)
            if let other = first[object], other != member.name {
                findings.problem(
                    "\(ConfigurationKey.pollerConfiguration.rawValue).\(member.name)",
                    "means the same object as \"\(other)\"", "keep one of the two")
            }
            first[object] = first[object] ?? member.name
        }
    }

    private static func checkVendorType(_ value: JSONValue) throws(ValueFault) {
        guard case .string(let text) = value, text == "polling" else {
            let isWebhook = ["webhook", "webhooks"].contains { value == .string($0) }
            throw ValueFault(
                wrong: isWebhook
                    ? "Insightly sends no webhooks of its own to subscribe to" : "\(value.shown) is not known here",
                right: "write \"polling\"")
        }
    }
}

extension PollStart {
    init(_ value: JSONValue) throws(ValueFault) {
        switch value {
        case .string("now"): self = .now
        case .string("beginning"): self = .beginning
        default:
            guard case .string(let text) = value, let instant = DatePattern.parseISO8601(text.trimmed) else {
                throw ValueFault(
                    wrong: "\(value.shown) is not a start",
                    right: "write \"now\", \"beginning\" or a time such as \"2026-11-23T19:04:05Z\"")
            }
            self = .at(instant)
        }
    }
}
