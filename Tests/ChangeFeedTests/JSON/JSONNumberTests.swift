// Numbers compare by value, to the last digit.

import Testing

@testable import ChangeFeed

@Suite("JSON numbers")
struct JSONNumberTests {
    @Test(
        "The same value in other digits is equal",
        arguments: [
            ["12", "12.0", "1.2e1", "120e-1", "0.12E+2", "12.000"],
            ["0", "-0", "0.0", "0e99999999999999999999", "-0e5"],
            ["9007199254740993", "9007199254740993.0", "9.007199254740993e15"], ["-1e400", "-10e399", "-0.1e401"],
            ["100", "1e2"], ["0.001", "1e-3"],
        ])
    func equalValues(texts: [String]) throws {
        for left in texts {
            for right in texts {
                #expect(try SampleRecords.json(left).isEquivalent(to: SampleRecords.json(right)), "\(left) \(right)")
            }
        }
    }

    @Test(
        "Another value is not, even where Double would round both to one",
        arguments: [
            ("9007199254740993", "9007199254740992"), ("1", "-1"), ("12", "1.2"), ("10", "1"),
            ("0.1", "0.10000000000000000001"),
            ("1e999", "1e998"), ("1e99999999999999999999", "1e99999999999999999998"), ("0", "1e-400"), ("101", "11"),
        ])
    func otherValues(left: String, right: String) throws {
        #expect(try !SampleRecords.json(left).isEquivalent(to: SampleRecords.json(right)))
        #expect(try !SampleRecords.json(right).isEquivalent(to: SampleRecords.json(left)))
    }

    @Test("An exponent too large to calculate with equals only itself")
    func hugeExponents() throws {
        let huge = try SampleRecords.json("1e99999999999999999999")
        #expect(huge.isEquivalent(to: try SampleRecords.json("1e99999999999999999999")))
        #expect(!huge.isEquivalent(to: try SampleRecords.json("10e99999999999999999998")))
    }

    @Test("Scaling is exact or refused")
    func scaling() {
        func scaled(_ text: String) -> Int64? { JSONNumber(Array(text.utf8)[...])?.scaled(byPowerOfTen: 3) }
        #expect(scaled("1532430000123") == 1_532_430_000_123_000)
        #expect(scaled("-1.5324e12") == -1_532_400_000_000_000)
        #expect(scaled("0.001") == 1)
        #expect(scaled("0") == 0)
        #expect(scaled("0.0001") == nil)
        #expect(scaled("9223372036854775807") == nil)
        #expect(scaled("1e400") == nil)
    }
}
