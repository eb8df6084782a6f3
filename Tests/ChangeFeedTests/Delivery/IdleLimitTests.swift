import ChangeFeed
import Testing

@Suite("IdleLimit")
struct IdleLimitTests {
    private let now = Instant(secondsSince1970: 1_764_000_000)

    @Test("Of a receiver that shows nothing, connections are used up to the longest time")
    func nothingKnown() {
        #expect(IdleLimit(longest: .seconds(4)).usable(at: now) == .seconds(4))
    }

    @Test(
        "What is announced is heeded, with a margin",
        arguments: [
            ("timeout=5", Duration.milliseconds(3750)), ("timeout=1, max=100", .milliseconds(750)),
            ("max=100,  Timeout = \"2\"", .milliseconds(1500)), ("timeout=0", .zero),
            ("timeout=99999999999999999999", .seconds(4)), ("timeout=600", .seconds(4)), ("timeout=soon", .seconds(4)),
            ("timeout=-1", .seconds(4)), ("timeout", .seconds(4)), ("", .seconds(4)), (",=,", .seconds(4)),
        ])
    func announced(header: String, usable: Duration) {
        var limit = IdleLimit(longest: .seconds(4))
        limit.answered(keepAlive: header)
        #expect(limit.usable(at: now) == usable)
        limit.answered(keepAlive: nil)
        #expect(limit.usable(at: now) == .seconds(4))
    }

    @Test("A connection that the receiver ended teaches, the earliest of all, for a while")
    func seen() {
        var limit = IdleLimit(longest: .seconds(4))
        limit.ended(afterIdle: .seconds(2), at: now)
        #expect(limit.usable(at: now) == .milliseconds(1500))
        limit.ended(afterIdle: .seconds(3), at: now + .minutes(9))
        #expect(limit.usable(at: now + .minutes(9)) == .milliseconds(1500))
        limit.ended(afterIdle: .seconds(1), at: now + .minutes(9))
        #expect(limit.usable(at: now + .minutes(18)) == .milliseconds(750))
        #expect(limit.usable(at: now + .minutes(19)) == .seconds(4))
        limit.ended(afterIdle: .seconds(3), at: now + .minutes(19))
        #expect(limit.usable(at: now + .minutes(19)) == .milliseconds(2250))
    }

    @Test("A receiver that ends connections right after its answers keeps none")
    func atOnce() {
        var limit = IdleLimit(longest: .seconds(4))
        limit.ended(afterIdle: .milliseconds(99), at: now)
        #expect(limit.usable(at: now) == .zero)
    }

    @Test("What is shorter holds: the announced or the seen")
    func both() {
        var limit = IdleLimit(longest: .seconds(4))
        limit.answered(keepAlive: "timeout=2")
        limit.ended(afterIdle: .seconds(1), at: now)
        #expect(limit.usable(at: now) == .milliseconds(750))
        #expect(limit.usable(at: now + .hours(1)) == .milliseconds(1500))
    }
}
