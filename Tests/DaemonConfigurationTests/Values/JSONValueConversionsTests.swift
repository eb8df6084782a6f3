// From JSON to the types of the settings.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("A value")
struct JSONValueConversionsTests {
    @Test(
        "that is a duration has a number and a unit",
        arguments: [
            ("200ms", Duration.milliseconds(200)), ("5s", .seconds(5)), ("2m", .minutes(2)), ("1h", .hours(1)),
            ("30d", .days(30)), ("1.5m", .seconds(90)), (" 0s ", .zero),
        ])
    func durations(text: String, duration: Duration) throws {
        #expect(try JSONValue.string(text).asDuration() == duration)
    }

    @Test(
        "that is no duration is refused",
        arguments: ["", "5", "s", "-5s", "5 minutes", "1e400s", "4000d", "1h30m", "5S", "nand", "infs"])
    func noDurations(text: String) {
        #expect(throws: ValueFault.self) { try JSONValue.string(text).asDuration() }
    }

    @Test("means the same as a number and as a text")
    func dressed() throws {
        for value in [JSONValue.number("15"), .string("15"), .string(" 15.0 "), .number("1.5e1")] {
            #expect(try value.asPollInterval() == .every(.minutes(15)))
            #expect(try value.asSeconds() == .seconds(15))
        }
        #expect(try JSONValue.number("0.05").asPollInterval() == .every(.seconds(3)))
        #expect(
            try JSONValue.number("999999999").asPollInterval() == .every(.seconds(60 * 999_999_999))
        )
        #expect(try JSONValue.string(" auto ").asPollInterval() == .auto)
        for value in [JSONValue.bool(true), .string("true"), .string("TRUE ")] { #expect(try value.asBool()) }
    }

    @Test(
        "that is a path has names between dots or brackets",
        arguments: [
            ("CONTACT_ID", ["CONTACT_ID"]), ("user.id", ["user", "id"]), ("['Modified Time']", ["Modified Time"]),
            ("meta[\"a.b\"].c", ["meta", "a.b", "c"]), ("$.id", ["id"]), ("$['id']", ["id"]),
        ])
    func paths(text: String, members: [String]) throws {
        #expect(try FieldPath(JSONValue.string(text)).members == members)
    }

    @Test("that is no path is refused", arguments: ["", " ", "a..b", "a[", "a['b", "a['']", "a]", "a[0]", "."])
    func noPaths(text: String) {
        #expect(throws: ValueFault.self) { try FieldPath(JSONValue.string(text)) }
    }
}
