// The state of the daemon as Prometheus reads it.

import ChangeFeed
import EventStore
import Operations

/// The text format, version 0.0.4: one metric after the other, each with what it means.
struct MetricsText {
    enum Kind: String {
        case gauge, counter
    }

    private static let prefix = "insightly_webhooks_"

    private struct Family {
        let help: String
        let kind: Kind
        var samples: [(labels: String, value: Double)] = []
    }

    /// Whose numbers are added from now on; nil where the configuration names no accounts.
    var account: String?
    private var families: [String: Family] = [:]
    /// Of the families, as they came.
    private var names: [String] = []

    /// Each with its samples of all accounts behind it.
    var text: String {
        names.reduce(into: "") { text, name in
            guard let family = families[name] else { return }
            text += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind.rawValue)\n"
            for sample in family.samples {
                text += name + (sample.labels.isEmpty ? "" : "{\(sample.labels)}") + " \(written(sample.value))\n"
            }
        }
    }

    /// What can be told even where the store cannot be read.
    ///
    /// - Parameters:
    ///   - possible: what a store of this kind may suffer from.
    ///   - age: of what is known of the store; nil where nothing is.
    ///   - startedAt: when the process began.
    init(
        _ troubles: Set<StoreTrouble>, of possible: Set<StoreTrouble>, age: Duration?, version: String,
        startedAt: Instant
    ) {
        metric("build_info", "1, with the version of the program.") { [("version=\(quoted(version))", 1)] }
        // The name by which every other exporter says it.
        metric("process_start_time_seconds", "When the process began.", prefix: "") {
            [("", startedAt.inSeconds)]
        }
        metric("store_trouble", "1 while the state store suffers from it.") {
            StoreTrouble.allCases.filter(possible.contains).map {
                ("kind=\"\($0.rawValue)\"", troubles.contains($0) ? 1.0 : 0)
            }
        }
        single(
            "state_age_seconds", "How long ago the numbers from the state store were read: they may wait for a lock.",
            age.map { Int($0.inSeconds) })
    }

    /// How far the work is behind, as `status` says it.
    mutating func add(_ report: StatusReport) {
        func each(_ value: (StatusReport.Resource) -> Double?) -> [(labels: String, value: Double)] {
            report.resources.compactMap { resource in
                value(resource).map { ("resource=\(quoted(resource.resource))", $0) }
            }
        }
        metric("lag_seconds", "How long ago the last complete poll began.") {
            each { $0.lagSeconds.map(Double.init) }
        }
        metric("interval_seconds", "Between two polls: as configured, chosen, or stretched.") {
            each(\.intervalSeconds)
        }
        metric("next_poll_timestamp_seconds", "When the next poll is due.") {
            each { $0.nextPoll.flatMap(DatePattern.parseISO8601)?.inSeconds }
        }
        metric("baseline_complete", "1 once all records that were there at the start are known.") {
            each { $0.baselineComplete ? 1 : 0 }
        }
        let resting = Set(report.rests.map(\.resource))
        metric("resource_resting", "1 while a resource waits after a failure of its own.") {
            each { resting.contains($0.resource) ? 1 : 0 }
        }
        metric("queue_oldest_seconds", "How long ago the oldest event that is not delivered was detected; 0: none.") {
            report.endpoints.map { ("endpoint=\(quoted($0.endpoint))", Double($0.oldestOpenSeconds ?? 0)) }
        }
    }

    /// - Parameters:
    ///   - allowed: own requests allowed in 24 hours, where the day's limit is known.
    ///   - overlap: by how much the clocks may differ before that is a disagreement.
    mutating func add(_ status: StoreStatus, allowed: Int?, overlap: Duration, at now: Instant) {
        let resources = status.resources
        metric("records", "Known records by where they stand.") {
            resources.flatMap { resource in
                Presence.allCases.map { presence in
                    (
                        "resource=\(quoted(resource.name.text)),presence=\"\(presence)\"",
                        Double(resource.records[presence] ?? 0)
                    )
                }
            }
        }
        heldDeletes(of: resources)
        metric("changes_held", "Records whose changes are held: too many changed alike without an updated date.") {
            resources.map { ("resource=\(quoted($0.name.text))", Double($0.changesHeld)) }
        }
        metric("changes_open", "Records whose changes wait for the end of the poll or sweep that found them.") {
            resources.map { ("resource=\(quoted($0.name.text))", Double($0.changesOpen)) }
        }
        times("last_poll_timestamp_seconds", "When the last complete poll began.", resources, \.progress.polledAt)
        times("cursor_timestamp_seconds", "Up to when changes have been read.", resources) { $0.progress.cursor }
        times(
            "last_sweep_timestamp_seconds", "When all records were last read.", resources,
            \.progress.presence.sweptAt)
        metric("requests_last_24h", "Own requests to the API in 24 hours, by purpose.") {
            RequestPurpose.allCases.map { purpose in
                ("purpose=\"\(purpose.rawValue)\"", Double(status.budget.ledger.used(for: purpose, at: now)))
            }
        }
        single(
            "requests_others_last_24h", "Requests of others that were seen in 24 hours.",
            status.budget.ledger.usedByOthers(at: now))
        single("requests_allowed", "Own requests allowed in 24 hours.", allowed)
        single("quota_limit", "Requests a day of the whole instance.", status.budget.observation?.limit)
        single("quota_remaining", "What was left of them at the last answer.", status.budget.observation?.remaining)
        metric("paused", "1 while nothing is asked of the API, by what for.") {
            PauseCause.allCases.map { cause in
                let isIt = status.budget.health.pause.map { $0.cause == cause && $0.until > now } ?? false
                return ("cause=\"\(cause.rawValue)\"", isIt ? 1.0 : 0)
            }
        }
        single(
            "instance_awaited", "1 while nothing is polled because the API does not say which instance it is.",
            status.budget.health.instance == nil ? 0 : 1)
        let clocks = status.budget.health.clocks
        single(
            "server_clock_ahead_seconds", "How far the API's clock was ahead of this machine's at the last answer.",
            clocks?.aheadSeconds)
        single(
            "clocks_disagree", "1 while the clocks differ by more than polls read back, or signatures may be off.",
            clocks.map { $0.isDisagreement(overlap: overlap) ? 1 : 0 })
        endpoints(status.endpoints)
        single("last_sequence", "The number of the last event.", status.lastSequence)
        metric("events_total", "Events that were ever detected: they are numbered without a gap.", .counter) {
            [("", Double(status.lastSequence))]
        }
    }

    private mutating func heldDeletes(of resources: [StoreStatus.Resource]) {
        func held(_ isCounted: (HeldDeletes) -> Bool) -> [(labels: String, value: Double)] {
            resources.map { resource in
                let held = resource.progress.presence.hold.heldDeletes(of: resource.records[.suspect] ?? 0)
                let records = held.map { isCounted($0) ? $0.records : 0 } ?? 0
                return ("resource=\(quoted(resource.name.text))", Double(records))
            }
        }
        metric("deletes_held", "Records that vanished at once and whose deletes wait for a decision.") {
            held(\.awaitsOperator)
        }
        metric("deletes_awaiting_sample", "Records that vanished at once, while a sample of them is asked for by id.") {
            held { !$0.awaitsOperator }
        }
    }

    private mutating func endpoints(_ endpoints: [StoreStatus.Endpoint]) {
        func each(_ value: (StoreStatus.Endpoint) -> Int) -> [(labels: String, value: Double)] {
            endpoints.map { ("endpoint=\(quoted($0.name))", Double(value($0))) }
        }
        metric("queue_open", "Events that are not delivered yet.") { each(\.queue.open) }
        metric("dead_letters", "Events that were given up.") { each(\.queue.dead) }
        metric("endpoint_failures", "Attempts since one last succeeded.") { each(\.health.failures) }
        metric("endpoint_circuit", "The endpoint's circuit: 1 for the state that holds.") {
            endpoints.flatMap { endpoint in
                let current = endpoint.health.disabled == nil ? endpoint.health.circuit.name : "disabled"
                return ["closed", "doubtful", "open", "probing", "recovering", "disabled"].map { state in
                    ("endpoint=\(quoted(endpoint.name)),state=\"\(state)\"", state == current ? 1.0 : 0)
                }
            }
        }
    }

    private mutating func times(
        _ name: String, _ help: String, _ resources: [StoreStatus.Resource],
        _ instant: (StoreStatus.Resource) -> Instant?
    ) {
        metric(name, help) {
            resources.compactMap { resource in
                instant(resource).map { ("resource=\(quoted(resource.name.text))", $0.inSeconds) }
            }
        }
    }

    private mutating func single(_ name: String, _ help: String, _ value: Int?) {
        metric(name, help) { value.map { [("", Double($0))] } ?? [] }
    }

    mutating func metric(
        _ name: String, _ help: String, _ kind: Kind = .gauge, prefix: String = Self.prefix,
        _ samples: () -> [(labels: String, value: Double)]
    ) {
        let name = prefix + name
        if families[name] == nil {
            names.append(name)
            families[name] = Family(help: help, kind: kind)
        }
        let own = account.map { "account=\(quoted($0))" }
        families[name]?.samples += samples().map { sample in
            (
                [own, sample.labels.isEmpty ? nil : sample.labels].compactMap(\.self).joined(separator: ","),
                sample.value
            )
        }
    }
}

/// `40`, `0.3`: whole numbers without a fraction.
private func written(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? "\(value)" }

extension Instant {
    /// Whole ones, since 1970.
    var inSeconds: Double { Double(secondsSince1970) }
}

private func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
}
