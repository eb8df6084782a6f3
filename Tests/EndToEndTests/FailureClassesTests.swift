// Every way an attempt fails, as the real program tells it of receivers on loopback.

import ChangeFeed
import Foundation
import ScriptedPeer
import Simulator
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("The class of a failure", .timeLimit(.minutes(60)))
struct FailureClassesTests {
    private func withPeers<Result>(
        _ scripts: [[Step]], _ ports: [Int] = [], _ body: ([Int]) async throws -> Result
    ) async throws -> Result {
        guard let script = scripts.first else {
            // One more, whose certificate nobody vouches for.
            let tls = try TestCertificate.localhost.serverContext()
            return try await ScriptedPeer.listening(answering: [], tls: tls) { try await body(ports + [$0.port]) }
        }
        return try await ScriptedPeer.listening(answering: [script]) { peer in
            try await withPeers(Array(scripts.dropFirst()), ports + [peer.port], body)
        }
    }

    @Test("is shown for each receiver, and a receiver that is well gets everything meanwhile")
    func classes() async throws {
        let deaf = try #require(DeafPort())
        let deafPort = deaf.number
        let head = "HTTP/1.1 200 OK\r\n"
        let scripts: [[Step]] = [
            [.answer("500 Broken", body: "why not")], [.answer("307 Elsewhere", headers: ["Location: /elsewhere"])], [],
            [.close], [.send("SSH-2.0-OpenSSH_9.2\r\n")], [.send(head + "Content-Length: 50\r\n\r\nshort"), .close],
            [
                .send(head + "Content-Length: 99999\r\n\r\n"),
                .drip([UInt8](repeating: 120, count: 99_999), every: .milliseconds(20)),
            ],
            [.send(head), .sendEndlessly(Array("X-More: and more\r\n".utf8))],
            [.send(head + "\r\n"), .sendEndlessly([UInt8](repeating: 120, count: 65_536))],
        ]
        try await Stage.set { stage in
            try await withPeers(scripts) { ports in
                let urls: [(name: String, url: String, result: String)] =
                    [
                        ("dns", "https://nobody.invalid/", "dns"),
                        ("refused", "http://127.0.0.1:\(deafPort)/", "refused"),
                        ("forbidden", "https://10.9.8.7/", "forbidden"),
                        ("tls", "https://localhost:\(ports[scripts.count])/", "tls"),
                    ]
                    + zip(
                        ["status", "redirect", "silence", "reset", "malformed", "body", "drip", "headers", "giant"],
                        ["500", "307", "timeout", "reset", "malformed", "body", "timeout", "malformed", "200"]
                    ).enumerated().map { ($1.0, "http://127.0.0.1:\(ports[$0])/", $1.1) }
                // A busy machine may take its time; what is to time out need not.
                let blocks = urls.map {
                    let timeout = $0.result == "timeout" ? "2s" : "5m"
                    return #"{"name": "\#($0.name)", "url": "\#($0.url)", "timeout": "\#(timeout)"}"#
                }
                try stage.configure([
                    "event.poller.start": #""beginning""#,
                    "event.notification.endpoints": "[\(blocks.joined(separator: ","))]",
                    "event.notification.retry.schedule": #"["1h"]"#, "event.notification.concurrency": "1",
                ])
                let daemon = try stage.startDaemon()
                try await stage.took.wait { $0.count == 95 }
                for (name, _, result) in urls {
                    let last = try await lastResult(stage, daemon, of: name)
                    #expect(last == result, "\(name)")
                }
                #expect(await daemon.stop() == 0)
            }
        }
        withExtendedLifetime(deaf) {}
    }

    /// Waits until an attempt to this endpoint has ended, and says how the first event fared.
    private func lastResult(_ stage: Stage, _ daemon: RunningProgram, of endpoint: String) async throws -> String? {
        while true {
            let text = try await stage.says(["deliveries", "list", "--endpoint", endpoint, "--json", "--limit", "1000"])
            let list = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]] ?? []
            if let attempted = list.last(where: { $0["attempts"] as? Int ?? 0 > 0 }) {
                return attempted["last_result"] as? String
            }
            try await daemon.hasRead(pages: 1)
        }
    }
}
