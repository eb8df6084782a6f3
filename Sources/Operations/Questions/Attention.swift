// What does not mend itself: what of a status waits for somebody, and the command that goes on from there.

import ChangeFeed
import DaemonConfiguration

/// One thing that somebody has to see to.
package struct Attention: Sendable, Equatable, Encodable {
    /// The most urgent first: what stops everything stands before what stops one part, and that before what waits.
    package enum Kind: String, Sendable, Encodable, CaseIterable {
        case noDaemon = "no_daemon"
        /// Daemons run, and none of them leads the account.
        case accountUnled = "account_unled"
        case keyRefused = "key_refused"
        case instanceUnknown = "instance_unknown"
        case clocksDisagree = "clocks_disagree"
        case resourceRefused = "resource_refused"
        case endpointDisabled = "endpoint_disabled"
        case deletesHeld = "deletes_held"
        case changesHeld = "changes_held"
        case endpointUnconfigured = "endpoint_unconfigured"
        case deadLetters = "dead_letters"
    }

    package var kind: Kind
    /// Which resource it is about; nil: none by itself.
    package var resource: String?
    /// Which endpoint it is about; nil: none by itself.
    package var endpoint: String?
    /// A sentence for people, without its full stop; where commands go on from there, up to them.
    package var words: String
    /// The same in a few words, where there is room for no more.
    package var brief: String
    /// What goes on from there, without `--config`; nil where no command does.
    package var command: String?
    /// What decides it the other way.
    package var alternative: String?
    /// What lets go of it for good, where that is a third way.
    package var lastResort: String?

    private enum CodingKeys: CodingKey { case kind, resource, endpoint, words, command, alternative, lastResort }
}

extension Attention {
    /// The most urgent first.
    package static func needed(by report: StatusReport) -> [Attention] {
        let found =
            report.attentionOfAll + report.rests.compactMap(\.attention) + report.resources.flatMap(\.attention)
            + report.endpoints.flatMap(\.attention)
        return Kind.allCases.flatMap { kind in found.filter { $0.kind == kind } }
    }
}

extension StatusReport {
    fileprivate var attentionOfAll: [Attention] {
        var found: [Attention] = []
        if daemonRuns == false { found.append(noDaemon) }
        if let until = quota.pausedUntil, quota.pausedFor == PauseCause.unauthorized.rawValue {
            let words =
                "the API key was refused (401): nothing is polled, and it is tried again at \(until). Check the key, "
                + "and that insightly.pod is the one shown beside it in User Settings; once that is mended"
            found.append(
                Attention(
                    kind: .keyRefused, words: words, brief: "the API key was refused (401)",
                    command: "insightly-webhooks resume --api",
                    alternative: "insightly-webhooks check --online"))
        }
        if let instance {
            let answer = instance.status.map { "was answered \($0)" } ?? "got no whole answer"
            found.append(
                Attention(
                    kind: .instanceUnknown,
                    words:
                        "nothing is polled since \(instance.awaitedSince), for GET /Instance \(answer), and only that "
                        + "says whether the key still leads to the instance that the store belongs to",
                    brief: "GET /Instance \(answer)",
                    command: "insightly-webhooks check --online"))
        }
        if let clocks, clocks.disagree {
            found.append(
                Attention(
                    kind: .clocksDisagree, words: "the clocks disagree: \(clocks.words). Set this machine's clock",
                    brief: "the clocks disagree"))
        }
        return found
    }

    private var noDaemon: Attention {
        let service = PackagedService(store: store)?.unit ?? "insightly-webhooks"
        guard let daemons, daemons > 0 else {
            return Attention(
                kind: .noDaemon, words: "no daemon runs on this store: nothing is polled and nothing sent",
                brief: "no daemon runs", command: "systemctl start \(service)", alternative: "insightly-webhooks run")
        }
        let others = daemons == 1 ? "one runs" : "\(daemons) run"
        return Attention(
            kind: .accountUnled,
            words: "no daemon leads this account, though \(others) on this store: nothing is polled and nothing sent. "
                + "Where that lasts longer than two leases, see whether it is in the configuration that each of them "
                + "goes by; once it is",
            brief: "no daemon leads it", command: "systemctl reload \(service)")
    }
}

extension StatusReport.Rest {
    /// What is refused stays so until somebody changes a permission or a url; other failures pass.
    fileprivate var attention: Attention? {
        guard let status, (400..<500).contains(status), ![408, 429].contains(status) else { return nil }
        let reason =
            status == 404
            ? "check the url of the resource" : "check what the key's user may see, and the url of the resource"
        return Attention(
            kind: .resourceRefused, resource: resource,
            words:
                "\(resource) was answered \(status), and is asked for again at \(until): \(reason). Then",
            brief: "\(resource) was answered \(status)",
            command: "insightly-webhooks resume --api", alternative: "insightly-webhooks check --online")
    }
}

extension StatusReport.Resource {
    fileprivate var attention: [Attention] {
        var found: [Attention] = []
        if let deletesHeld, deletesHeld.awaits == .operator {
            found.append(
                Attention(
                    kind: .deletesHeld, resource: resource, words: "\(resource): \(deletesHeld.words)",
                    brief: "\(resource): deletes are held",
                    command: "insightly-webhooks release \(resource)",
                    alternative: "insightly-webhooks dismiss \(resource) --deletes"))
        }
        if let changesHeldSince {
            let held = HeldChanges(records: changesHeld, among: recordsKnown, paths: changesHeldIn)
            found.append(
                Attention(
                    kind: .changesHeld, resource: resource,
                    words:
                        "\(resource): \(changesHeld) records changed in \(held.pathsForPeople) without a new updated "
                        + "date (since \(changesHeldSince)), and nobody is told before it is decided",
                    brief: "\(resource): changes are held",
                    command: "insightly-webhooks release \(resource) --changes",
                    alternative: "insightly-webhooks dismiss \(resource) --changes"))
        }
        return found
    }
}

extension StatusReport.Endpoint {
    fileprivate var attention: [Attention] {
        var found: [Attention] = []
        if let disabled {
            found.append(
                Attention(
                    kind: .endpointDisabled, endpoint: endpoint,
                    words: "the endpoint \(endpoint) is disabled: \(disabled); waiting for it: "
                        + "\(open.counted("event")). Once the receiver is well",
                    brief: "the endpoint \(endpoint) is disabled",
                    command: "insightly-webhooks resume \(endpoint)"))
        }
        if state == "unconfigured", open > 0 {
            found.append(
                Attention(
                    kind: .endpointUnconfigured, endpoint: endpoint,
                    words: "the endpoint \(endpoint) is not configured any more; waiting for it: "
                        + "\(open.counted("event")). Put it back, or give them up",
                    brief: "events wait for \(endpoint), not configured any more",
                    command: "insightly-webhooks deliveries give-up --all --endpoint \(endpoint)"))
        }
        if deadLetters > 0 {
            let advice =
                state == "unconfigured"
                ? ", which is not configured any more: put it back and replay them, or discard them"
                : ": see why, and replay them, or discard them"
            found.append(
                Attention(
                    kind: .deadLetters, endpoint: endpoint,
                    words: "\(deadLetters.counted("dead letter")) of the endpoint \(endpoint)\(advice)",
                    brief: "\(deadLetters.counted("dead letter")) of \(endpoint)",
                    command: "insightly-webhooks deliveries list --state dead --endpoint \(endpoint)",
                    alternative: state == "unconfigured"
                        ? "insightly-webhooks deliveries discard --endpoint \(endpoint)"
                        : "insightly-webhooks replay --dead --endpoint \(endpoint)",
                    lastResort: state == "unconfigured"
                        ? nil : "insightly-webhooks deliveries discard --endpoint \(endpoint)"))
        }
        return found
    }
}
