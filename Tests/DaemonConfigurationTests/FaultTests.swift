// One small configuration per fault: each must be found, under its key, with a way out.

import Testing

@testable import DaemonConfiguration

@Suite("A faulty configuration")
struct FaultTests {
    @Test(
        "is told its fault in one line: key, what is wrong, what would be right",
        arguments: Fault.ofValues + Fault.ofDocuments)
    func line(fault: Fault) {
        let reading = Sample.read(Sample.text(fault.members))
        #expect(reading.problems.map(\.description) == [fault.line])
    }

    @Test("is told the faults of its resources", arguments: Fault.ofResources)
    func resource(fault: Fault) {
        let text = Sample.text("\"event.poller.configuration\": {\(fault.members)}")
        let lines = Sample.read(text).problems.map(\.description)
        #expect(lines == ["event.poller.configuration." + fault.line])
    }

    @Test("is told all its faults at once, with a line for each")
    func everything() {
        let reading = Sample.read(
            """
            {"event.notification.enabled": true, "insightly.pdo": "na1", "event.poller.refresh_interval": "abc",
             "log.level": 5, "event.poller.configuration": {"leads": {"pageSize": "many", "pollDelay": -1}}}
            """)
        #expect(
            reading.problems.map(\.key).sorted() == [
                "event.notification.callback.url", "event.notification.signature.key",
                "event.poller.configuration.leads.pageSize", "event.poller.configuration.leads.pollDelay",
                "event.poller.refresh_interval", "insightly.api_key", "insightly.pdo", "log.level",
            ])
        #expect(reading.lines().count == reading.problems.count + reading.warnings.count)
    }

    @Test("never breaks its line, whatever the names in the file")
    func oneLine() {
        let lines = Sample.read(Sample.text(#""log.lev\nel\u0000": 1"#)).lines()
        #expect(lines.count == 1 && lines.first?.hasPrefix(#"log.lev\nel\0: "#) == true, "\(lines)")
    }

    @Test("that does not work is told about a wrong type for every key there is", arguments: ConfigurationKey.allCases)
    func wrongType(key: ConfigurationKey) {
        guard key.standing != .ignored else { return }
        let problems = Sample.read("{\"\(key.rawValue)\": [[{\"x\": []}]]}").problems
        #expect(problems.contains { $0.key.hasPrefix(key.rawValue) }, "\(key.rawValue) is read by nobody")
    }

    @Test("of any kind is survived, alone and in a resource's block", arguments: ConfigurationKey.allCases)
    func oddValues(key: ConfigurationKey) {
        let odd = [
            "null", "true", "0", "-1", "1e400", "1e15", "9223372036854775808", "0.0000001", "\"\"", "\" \"", "\"x\"",
            "\"${\"", "\"1e999d\"", "\"/\"", "\"::\"", "\"'\"", "[]", "[[]]", "[null, \"\", 1]", "{}", "{\"\": \"\"}",
            "{\"a\": {\"b\": []}}", "\"\\u0000\"", "\"é:é\"",
        ]
        for value in odd {
            let reading = Sample.read(Sample.text("\"\(key.rawValue)\": \(value)"))
            #expect(reading.lines().allSatisfy { !$0.contains("\n") })
            for name in ResourceBlockKey.allCases.map(\.rawValue) + DatesKey.allCases.map(\.rawValue) {
                let block = "{\"w\": {\"\(name)\": \(value), \"datesConfiguration\": {\"\(name)\": \(value)}}}"
                guard key == .pollerConfiguration else { break }
                #expect(!Sample.read(Sample.text("\"\(key.rawValue)\": \(block)")).problems.isEmpty)
            }
        }
    }
}
