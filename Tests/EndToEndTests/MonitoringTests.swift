// What monitoring makes of the daemon: Prometheus itself, the rules of alerts, and the dashboard.

import ChangeFeed
import Foundation
import PrivatePostgreSQL
import SimulatedWorld
import StartedPrograms
import Testing

@Suite(
    "Monitoring", .serialized, .timeLimit(.minutes(60)),
    .enabled(if: Monitoring.isInstalled, "scripts/test installs Debian's prometheus; it is not on this machine"))
struct MonitoringTests {
    @Test("promtool takes the rules of alerts, and each comes when it has to, and not before")
    func rules() async throws {
        let rules = Project.file("config/prometheus-alerts.yml")
        try await succeeds([Monitoring.promtool, "check", "rules", "--lint=all", "--lint-fatal", rules])
        try await succeeds([Monitoring.promtool, "test", "rules", Project.file("config/prometheus-alerts.test.yml")])
        let stories = try String(contentsOfFile: Project.file("config/prometheus-alerts.test.yml"), encoding: .utf8)
        for alert in try Monitoring.text(of: "config/prometheus-alerts.yml").matches(of: #/alert: (\w+)/#) {
            let name = String(alert.output.1).replacing("InsightlyWebhooks", with: "")
            #expect(stories.contains("alertname=\"InsightlyWebhooks\(name)\""), "no story tells of \(name)")
        }
    }

    @Test("A real Prometheus reads the metrics, and answers all that rules and dashboard ask of it")
    func scraped() async throws {
        // Of a store that daemons may share, which has metrics of its own besides all others.
        try await PrivateCluster.withDatabase { database in
            try await Stage.set { stage in
                try stage.configure(
                    database.keys.merging([
                        "admin.listen": "\"127.0.0.1:0\"", "event.poller.start": #""beginning""#,
                    ]) { $1 })
                let daemon = try stage.startDaemon()
                let port = try await daemon.adminPort
                try await stage.took.wait { $0.count == 95 }
                var metrics = ""
                // Once each resource was polled to its end.
                while metrics.matches(of: #/insightly_webhooks_lag_seconds\{/#).count < 4 {
                    metrics = try await get("http://127.0.0.1:\(port)/metrics").body
                }
                let file = stage.directory.appendingPathComponent("metrics.txt")
                try metrics.write(to: file, atomically: true, encoding: .utf8)
                try await succeeds(["/bin/sh", "-c", "\"$0\" check metrics < \"$1\"", Monitoring.promtool, file.path])
                let exposed = Exposition(metrics)
                for path in ["config/prometheus-alerts.yml", "config/grafana-dashboard.json"] {
                    for selector in try Selector.all(in: Monitoring.text(of: path)) {
                        #expect(exposed.has(selector), "\(path) asks for \(selector), which is not there")
                    }
                }
                try await Monitoring.running(in: stage.directory, reading: Int(port)) { prometheus in
                    while try await prometheus.ask("insightly_webhooks_last_sequence") != ["95"] {}
                    // A busy machine may let a reading fail, and the next one come.
                    while try await prometheus.ask("count(insightly_webhooks_records)") != ["24"] {}
                    while try await prometheus.ask("time() - process_start_time_seconds < 86400").count != 1 {}
                    while try await prometheus.ask("up{job=\"insightly-webhooks\"}") != ["1"] {}
                    // A rate is there once the metric was read twice.
                    for expression in try Monitoring.dashboardExpressions {
                        while try await prometheus.ask(expression).isEmpty {}
                    }
                }
                #expect(await daemon.stop() == 0)
            }
        }
    }

    @Test("The dashboard is one that Grafana imports: each panel once, in its place, by a data source that is chosen")
    func dashboard() throws {
        let document = try Monitoring.dashboard
        #expect(document["schemaVersion"] as? Int ?? 0 >= 36 && document["title"] as? String == "insightly-webhooks")
        let variables = (document["templating"] as? [String: Any])?["list"] as? [[String: Any]] ?? []
        #expect(variables.contains { $0["type"] as? String == "datasource" && $0["query"] as? String == "prometheus" })
        let panels = try #require(document["panels"] as? [[String: Any]])
        #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
        var taken: Set<[Int]> = []
        for panel in panels {
            let place = try #require(panel["gridPos"] as? [String: Int])
            let (x, y, width, height) = (place["x"] ?? -1, place["y"] ?? -1, place["w"] ?? 0, place["h"] ?? 0)
            #expect(x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= 24)
            for column in x..<(x + width) {
                for row in y..<(y + height) { #expect(taken.insert([column, row]).inserted) }
            }
            guard panel["type"] as? String != "row" else { continue }
            #expect((panel["datasource"] as? [String: String])?["uid"] == "${datasource}")
            for name in ["title", "description"] { #expect((panel[name] as? String)?.isEmpty == false) }
        }
    }

    private func succeeds(_ command: [String]) async throws {
        let program = try RunningProgram(command[0], Array(command.dropFirst()))
        let said = await program.lines.reduce(into: []) { $0.append($1) }
        #expect(await program.exitStatus == 0, "\(command): \(said.joined(separator: "\n"))")
    }
}
