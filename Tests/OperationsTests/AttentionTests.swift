// What of a status needs somebody, in which order, and with which command.

import ChangeFeed
import DaemonConfiguration
import EventStore
import Testing

@testable import Operations

@Suite("What needs attention")
struct AttentionTests {
    private func report(
        hasDaemon: Bool? = true, store: String = "/state.sqlite3", sharing: Sharing? = nil
    ) throws -> StatusReport {
        let nothing = SecretSources(environment: { _ in nil }, file: { _ in [] }, credential: { _ in nil })
        let settings = try DaemonSettings.read(Array("{}".utf8), secrets: nothing).outcome.get()
        return StatusReport(
            nil, api: nil, polling: settings.accounts[0].polling, store: store, hasDaemon: hasDaemon,
            sharing: sharing, at: Instant(secondsSince1970: 1_795_536_000))
    }

    private func endpoint(
        _ name: String, state: String = "delivering", open: Int = 0, dead: Int = 0, disabled: String? = nil
    ) -> StatusReport.Endpoint {
        var endpoint = StatusReport.Endpoint(.init(name: name), at: .distantPast)
        (endpoint.state, endpoint.open, endpoint.deadLetters) = (state, open, dead)
        endpoint.disabled = disabled
        return endpoint
    }

    @Test("Where all is well, or nobody can tell, nothing does")
    func nothing() throws {
        #expect(try report().attention.isEmpty)
        #expect(try report(hasDaemon: nil).attention.isEmpty)
        var report = try report()
        report.quota.pausedUntil = "2026-11-24T00:00:00Z"
        report.quota.pausedFor = PauseCause.throttled.rawValue
        report.rests = [
            .init(resource: "leads", until: "2026-11-24T00:00:00Z", status: 503),
            .init(resource: "contacts", until: "2026-11-24T00:00:00Z", status: nil),
            .init(resource: "notes", until: "2026-11-24T00:00:00Z", status: 429),
        ]
        report.clocks = .init(server: "", own: "", serverAheadSeconds: 1, disagree: false, words: "")
        report.endpoints = [endpoint("default", state: "failing", open: 7), endpoint("old", state: "unconfigured")]
        #expect(Attention.needed(by: report) == [])
    }

    @Test("What stops everything stands first, each with what to do")
    func order() throws {
        var report = try report(hasDaemon: false)
        report.quota.pausedUntil = "2026-11-24T00:00:00Z"
        report.quota.pausedFor = PauseCause.unauthorized.rawValue
        report.instance = .init(awaitedSince: "2026-11-23T00:00:00Z", status: 500)
        report.clocks = .init(server: "", own: "", serverAheadSeconds: 900, disagree: true, words: "15 minutes apart")
        report.rests = [.init(resource: "leads", until: "2026-11-24T00:00:00Z", status: 403)]
        report.endpoints = [
            endpoint("crm", dead: 3), endpoint("other", state: "disabled", open: 5, disabled: "the receiver is gone"),
            endpoint("old", state: "unconfigured", open: 2, dead: 1),
        ]
        let needed = Attention.needed(by: report)
        #expect(
            needed.map(\.kind) == [
                .noDaemon, .keyRefused, .instanceUnknown, .clocksDisagree, .resourceRefused, .endpointDisabled,
                .endpointUnconfigured, .deadLetters, .deadLetters,
            ])
        #expect(needed.allSatisfy { $0.command?.isEmpty == false || $0.kind == .clocksDisagree })
        #expect(needed[1].words.contains("refused (401)") && needed[1].words.contains("2026-11-24T00:00:00Z"))
        #expect(needed[4].resource == "leads" && needed[4].words.contains("answered 403"))
        #expect(needed[5].endpoint == "other" && needed[5].command == "insightly-webhooks resume other")
        #expect(needed[6].command == "insightly-webhooks deliveries give-up --all --endpoint old")
        #expect(needed[7].alternative == "insightly-webhooks replay --dead --endpoint crm")
        #expect(needed[7].lastResort == "insightly-webhooks deliveries discard --endpoint crm")
        // What is not sent to any more, cannot be sent again.
        #expect(needed[8].endpoint == "old")
        #expect(needed[8].alternative == "insightly-webhooks deliveries discard --endpoint old")
        #expect(needed[8].lastResort == nil)
    }

    @Test(
        "A daemon that does not run is started by the name of its service",
        arguments: [
            ("/state.sqlite3", ""), ("/var/lib/insightly-webhooks/state.sqlite3", ""),
            ("/var/lib/insightly-webhooks/other/state.sqlite3", "@other"),
        ])
    func service(store: String, instance: String) throws {
        let needed = Attention.needed(by: try report(hasDaemon: false, store: store))
        #expect(needed.map(\.command) == ["systemctl start insightly-webhooks\(instance)"])
    }

    @Test("Where daemons run that do not lead the account, none is started: they read their configuration")
    func ledByNobody() throws {
        let one = try report(hasDaemon: false, sharing: Sharing(daemons: 1, leadership: nil)).attention
        #expect(one.map(\.kind) == [.accountUnled] && one[0].brief == "no daemon leads it")
        #expect(one[0].words.hasPrefix("no daemon leads this account, though one runs on this store"))
        #expect(one[0].command == "systemctl reload insightly-webhooks" && one[0].alternative == nil)
        let none = try report(hasDaemon: false, sharing: Sharing(daemons: 0, leadership: nil)).attention
        #expect(none.map(\.brief) == ["no daemon runs"])
    }

    @Test("What is held is decided by somebody, one way or the other; a sample decides without anybody")
    func held() throws {
        var report = try report()
        var resource = StatusReport.Resource(
            .init(
                name: ResourceName("contacts"),
                progress: ResourceProgress(newsThreshold: .beginning, cursor: .distantPast, baseline: .complete),
                records: [.listed: 400], pace: ResourcePace()),
            cost: nil, opens: .distantPast, at: Instant(secondsSince1970: 1_795_536_000))
        resource.deletesHeld = .init(records: 40, awaits: .sample, reason: "", words: "40 are held")
        report.resources = [resource]
        #expect(Attention.needed(by: report) == [])
        report.resources[0].deletesHeld?.awaits = .operator
        report.resources[0].changesHeld = 30
        report.resources[0].changesHeldSince = "2026-11-23T00:00:00Z"
        report.resources[0].changesHeldIn = ["/CUSTOMFIELDS/Score__c"]
        let needed = Attention.needed(by: report)
        #expect(needed.map(\.kind) == [.deletesHeld, .changesHeld])
        #expect(needed.map(\.resource) == ["contacts", "contacts"])
        #expect(
            needed.map(\.command) == [
                "insightly-webhooks release contacts", "insightly-webhooks release contacts --changes",
            ])
        #expect(
            needed.map(\.alternative) == [
                "insightly-webhooks dismiss contacts --deletes", "insightly-webhooks dismiss contacts --changes",
            ])
        #expect(needed[1].words.contains("30 records changed in /CUSTOMFIELDS/Score__c"))
    }
}
