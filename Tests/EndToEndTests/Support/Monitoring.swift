// A real Prometheus beside the daemon, and what rules and dashboard ask of it.

import Foundation
import StartedPrograms
import Testing

enum Monitoring {
    static let promtool = "/usr/bin/promtool"
    private static let prometheus = "/usr/bin/prometheus"
    static let isInstalled = [promtool, prometheus].allSatisfy(FileManager.default.isExecutableFile)

    static func text(of path: String) throws -> String {
        try String(contentsOfFile: Project.file(path), encoding: .utf8)
    }

    static var dashboard: [String: Any] {
        get throws {
            let data = Data(try text(of: "config/grafana-dashboard.json").utf8)
            return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        }
    }

    /// What the panels ask, with Grafana's own variables as it would fill them in.
    static var dashboardExpressions: [String] {
        get throws {
            let panels = try dashboard["panels"] as? [[String: Any]] ?? []
            let targets = panels.flatMap { $0["targets"] as? [[String: Any]] ?? [] }
            return targets.compactMap { $0["expr"] as? String }.map { $0.replacing("$__rate_interval", with: "1m") }
        }
    }

    struct Server {
        let base: String

        /// The values of an instant query.
        func ask(_ expression: String) async throws -> [String] {
            var query = URLComponents(string: base + "/api/v1/query")
            query?.queryItems = [URLQueryItem(name: "query", value: expression)]
            let url = try #require(query?.url?.absoluteString).replacing("+", with: "%2B")
            let answer = try await get(url)
            try #require(answer.status == 200, "\(expression): \(answer.body)")
            let document = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
            let result = (document?["data"] as? [String: Any])?["result"] as? [[String: Any]] ?? []
            return result.compactMap { ($0["value"] as? [Any])?.last as? String }
        }
    }

    /// Runs Prometheus with the project's rules, its data in a directory of the test's.
    static func running(
        in directory: URL, reading port: Int, _ body: (Server) async throws -> Void
    ) async throws {
        let file = directory.appendingPathComponent("prometheus.yml")
        try """
        global: {scrape_interval: 10s, scrape_timeout: 10s, evaluation_interval: 1s}
        rule_files: ["\(Project.file("config/prometheus-alerts.yml"))"]
        scrape_configs:
          - job_name: insightly-webhooks
            static_configs: [{targets: ["127.0.0.1:\(port)"]}]
        """.write(to: file, atomically: true, encoding: .utf8)
        let server = try RunningProgram(
            prometheus,
            [
                "--config.file=\(file.path)", "--storage.tsdb.path=\(directory.path)/prometheus",
                "--web.listen-address=127.0.0.1:0",
            ])
        var (address, isReady) = (String?.none, false)
        // In either order.
        for await line in server.lines {
            if line.contains("Listening on") {
                address = line.firstMatch(of: #/127\.0\.0\.1:\d+/#).map { String($0.output) }
            }
            if line.contains("Server is ready") { isReady = true }
            if address != nil && isReady { break }
        }
        try await body(Server(base: "http://\(try #require(address))"))
        server.signal(SIGTERM)
        #expect(await server.exitStatus == 0)
    }
}

/// A metric that is asked for, with what its labels have to be.
struct Selector: Hashable, CustomStringConvertible {
    let name: String
    /// Those with their values: `cause="unauthorized"`, `state=~"open|probing"`. The job is Prometheus's to name.
    let labels: [String: [String]]

    var description: String { "\(name) \(labels)" }

    static func all(in text: String) -> Set<Selector> {
        // Within JSON the quotes of labels are escaped.
        let text = text.replacing("\\\"", with: "\"")
        let pattern = #/(insightly_webhooks_\w+|process_start_time_seconds)(?:\{([^}]*)\})?/#
        let found = text.matches(of: pattern).map { match in
            let labels = (match.output.2 ?? "").matches(of: #/(\w+)(=~|!=|!~|=)"([^"]*)"/#).map { label in
                (String(label.output.1), label.output.3.split(separator: "|").map(String.init))
            }.filter { $0.0 != "job" }
            return Selector(name: String(match.output.1), labels: Dictionary(labels, uniquingKeysWith: +))
        }
        return Set(found)
    }
}

/// What `/metrics` says: each metric with the labels of its samples.
struct Exposition {
    private var samples: [String: [[String: String]]] = [:]

    init(_ text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let match = line.firstMatch(of: #/^(\w+)(?:\{(.*)\})? \S+$/#) else { continue }
            let labels = (match.output.2 ?? "").matches(of: #/(\w+)="([^"]*)"/#)
            samples[String(match.output.1), default: []].append(
                Dictionary(uniqueKeysWithValues: labels.map { (String($0.output.1), String($0.output.2)) }))
        }
    }

    /// Whether it is there, with each value of each label.
    func has(_ selector: Selector) -> Bool {
        guard let samples = samples[selector.name] else { return false }
        return selector.labels.allSatisfy { name, values in
            values.allSatisfy { value in samples.contains { $0[name] == value } }
        }
    }
}
