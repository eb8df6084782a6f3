// The daemon as a process: store, admin server, log.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("The settings of the process")
struct ProcessSectionTests {
    @Test("have the defaults of the documentation")
    func defaults() throws {
        let settings = try Sample.settings()
        #expect(settings.store == StoreSettings(path: nil, retention: .days(30)))
        #expect(settings.adminListen == .tcp(host: "127.0.0.1", port: 9464))
        #expect(settings.log == LogSettings(level: .info, format: .auto))
    }

    @Test(
        "listen where they are told, or nowhere",
        arguments: [
            (#""127.0.0.1:0""#, AdminListen.tcp(host: "127.0.0.1", port: 0)),
            (#""[::1]:80""#, .tcp(host: "::1", port: 80)),
            (#""localhost:9464""#, .tcp(host: "localhost", port: 9464)),
            (#""unix:/run/a.sock""#, .unix(path: "/run/a.sock")), ("null", nil),
        ])
    func listen(json: String, listen: AdminListen?) throws {
        let reading = Sample.read(Sample.text("\"admin.listen\": \(json)"))
        #expect(try reading.outcome.get().adminListen == listen)
        #expect(reading.warnings.filter { $0.wrong.contains("everybody") }.isEmpty)
    }

    @Test(
        "listen on nothing else",
        arguments: ["", "9464", ":9464", "127.0.0.1:", "127.0.0.1:65536", "::1:80", "unix:", "http://localhost:80"])
    func refused(text: String) {
        #expect(Sample.read(Sample.text("\"admin.listen\": \"\(text)\"")).problems.map(\.key) == ["admin.listen"])
    }

    @Test("warn of an admin server that others can reach", arguments: ["0.0.0.0:9464", "[::]:9464", "10.0.0.1:9464"])
    func exposed(text: String) {
        #expect(
            Sample.read(Sample.text("\"admin.listen\": \"\(text)\"")).warnings.filter { $0.wrong.contains("everybody") }
                .map(\.key) == ["admin.listen"])
    }
}
