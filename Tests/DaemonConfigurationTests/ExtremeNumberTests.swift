// Numbers in a configuration, as large and as odd as anybody can write them.

import Testing

@testable import DaemonConfiguration

@Suite("Numbers of a configuration")
struct ExtremeNumberTests {
    private static let numbers = [
        "9223372036854775807", "-9223372036854775808", "9223372036854775", "9007199254740993", "9e15", "-9e15", "9e18",
        "1e19", "1e308", "-1e308", "1e-308", "1e309", "0.0000000000001", "-0", "153722867280912931", "4294967296",
    ]

    @Test("are read or refused, whatever their size, under every key", arguments: ConfigurationKey.allCases)
    func extremes(key: ConfigurationKey) {
        let units = ["", "ms", "s", "m", "h", "d"]
        for number in Self.numbers {
            for value in [number] + units.map({ "\"\(number)\($0)\"" }) + units.map({ "[\"\(number)\($0)\"]" }) {
                let reading = Sample.read(Sample.text("\"\(key.rawValue)\": \(value)"))
                #expect(reading.lines().allSatisfy { !$0.isEmpty })
            }
        }
    }

    @Test("are read or refused in a resource's block as well", arguments: ResourceBlockKey.allCases)
    func resources(key: ResourceBlockKey) {
        for number in Self.numbers {
            for value in [number, "\"\(number)\"", "\"\(number)d\""] {
                let reading = Sample.read(
                    Sample.text("\"event.poller.configuration\": {\"leads\": {\"\(key.rawValue)\": \(value)}}"))
                #expect(reading.lines().allSatisfy { !$0.isEmpty })
            }
        }
    }
}
