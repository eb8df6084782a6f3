// The state of the daemon as Prometheus reads it.

import ChangeFeed
import ChangeStore
import EventStore

/// The text format, version 0.0.4: one metric after the other, each with what it means.
struct MetricsText {
    private(set) var text = ""

    /// What can be told even where the store cannot be read.
    ///
    /// - Parameter age: of what is known of the store; nil where nothing is.
    init(_ troubles: Set<StoreTrouble>, age: Duration?) {
        metric("store_trouble", "1 while the state store suffers from it.") {
            StoreTrouble.allCases.map { ("kind=\"\($0.rawValue)\"", troubles.contains($0) ? 1 : 0) }
        }
        single(
            "state_age_seconds", "How long ago the numbers from the state store were read: they may wait for a lock.",
            age.map { Int($0.inSeconds) })
    }

    /// - Parameters:
    ///   - allowed: own requests allowed in 24 hours, where the day's limit is known.
    ///   - overlap: by how much the clocks may differ before that is a disagreement.
    mutating func add(_ status: StoreStatus, allowed: Int?, overlap: Duration, at now: Instant) {
        let resources = status.resources
        metric("records", "Known records by where they stand.") {
            resources.flatMap { resource in
                Presence.allCases.map { presence in
                    ("resource=\(quoted(resource.name.text)),presence=\"\(presence)\"", resource.records[presence] ?? 0)
                }
            }
        }
        heldDeletes(of: resources)
        metric("changes_held", "Records whose changes are held: too many changed alike without an updated date.") {
            resources.map { ("resource=\(quoted($0.name.text))", $0.changesHeld) }
        }
        metric("changes_open", "Records whose changes wait for the end of the poll or sweep that found them.") {
            resources.map { ("resource=\(quoted($0.name.text))", $0.changesOpen) }
        }
        times("last_poll_timestamp_seconds", "When the last complete poll began.", resources, \.progress.polledAt)
        times("cursor_timestamp_seconds", "Up to when changes have been read.", resources) { $0.progress.cursor }
        times(
            "last_sweep_timestamp_seconds", "When all records were last read.", resources,
            \.progress.presence.sweptAt)
        metric("requests_last_24h", "Own requests to the API in 24 hours, by purpose.") {
            RequestPurpose.allCases.map { purpose in
                ("purpose=\"\(purpose.rawValue)\"", status.budget.ledger.used(for: purpose, at: now))
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
                return ("cause=\"\(cause.rawValue)\"", isIt ? 1 : 0)
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
    }

    private mutating func heldDeletes(of resources: [StoreStatus.Resource]) {
        func held(_ isCounted: (HeldDeletes) -> Bool) -> [(labels: String, value: Int)] {
            resources.map { resource in
                let held = resource.progress.presence.hold.heldDeletes(of: resource.records[.suspect] ?? 0)
                let records = held.map { isCounted($0) ? $0.records : 0 } ?? 0
                return ("resource=\(quoted(resource.name.text))", records)
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
        func each(_ value: (StoreStatus.Endpoint) -> Int) -> [(labels: String, value: Int)] {
            endpoints.map { ("endpoint=\(quoted($0.name))", value($0)) }
        }
        metric("queue_open", "Events that are not delivered yet.") { each(\.queue.open) }
        metric("dead_letters", "Events that were given up.") { each(\.queue.dead) }
        metric("endpoint_failures", "Attempts since one last succeeded.") { each(\.health.failures) }
        metric("endpoint_circuit", "The endpoint's circuit: 1 for the state that holds.") {
            endpoints.flatMap { endpoint in
                let current = endpoint.health.disabled == nil ? endpoint.health.circuit.name : "disabled"
                return ["closed", "doubtful", "open", "probing", "recovering", "disabled"].map { state in
                    ("endpoint=\(quoted(endpoint.name)),state=\"\(state)\"", state == current ? 1 : 0)
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
                instant(resource).map { ("resource=\(quoted(resource.name.text))", Int($0.secondsSince1970)) }
            }
        }
    }

    private mutating func single(_ name: String, _ help: String, _ value: Int?) {
        metric(name, help) { value.map { [("", $0)] } ?? [] }
    }

    private mutating func metric(_ name: String, _ help: String, _ samples: () -> [(labels: String, value: Int)]) {
        let name = "insightly_webhooks_" + name
        text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
        for sample in samples() {
            text += name + (sample.labels.isEmpty ? "" : "{\(sample.labels)}") + " \(sample.value)\n"
        }
    }
}

private func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
}
