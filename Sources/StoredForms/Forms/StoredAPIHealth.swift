// What the API has been like, as it stands in its column. Times are microseconds since 1970.

import ChangeFeed
import Synchronization

package struct StoredAPIHealth: StoredForm {
    private enum CodingKeys: String, CodingKey {
        case pause, instance, rests, clocks
        case quotaTrouble = "quota_trouble"
        case intervalsAreStretched = "intervals_stretched"
    }

    private struct Pause: Codable {
        var until: Int64
        var cause: String
    }

    private struct InstanceWait: Codable {
        var since: Int64
        var status: Int?
        /// Microseconds; nil: none, or an older version wrote it.
        var counted: Int64?
    }

    private struct Rest: Codable {
        var until: Int64
        var status: Int?
    }

    private struct Clocks: Codable {
        enum CodingKeys: String, CodingKey {
            case server, own
            case aheadSeconds = "ahead_seconds"
        }

        var server: Int64
        var own: Int64
        var aheadSeconds: Int
    }

    /// It is written with each request and each page, and changes once a second at most.
    private static let last = Mutex<(health: APIHealth, text: String)?>(nil)

    package static func column(_ health: APIHealth) -> String {
        if let known = last.withLock({ $0 }), known.health == health { return known.text }
        let text = text(health)
        last.withLock { $0 = (health, text) }
        return text
    }

    private var pause: Pause?
    private var instance: InstanceWait?
    private var rests: [String: Rest]?
    private var clocks: Clocks?
    private var quotaTrouble: String?
    /// Nil: they are not, or an older version wrote it.
    private var intervalsAreStretched: Bool?

    package init(_ health: APIHealth) {
        pause = health.pause.map { Pause(until: $0.until.microsecondsSince1970, cause: $0.cause.stored) }
        instance = health.instance.map {
            InstanceWait(
                since: $0.since.microsecondsSince1970, status: $0.status,
                counted: $0.counted > .zero ? $0.counted.microseconds : nil)
        }
        rests = health.rests.mapValues { Rest(until: $0.until.microsecondsSince1970, status: $0.status) }
        clocks = health.clocks.map {
            Clocks(
                server: $0.server.microsecondsSince1970, own: $0.own.microsecondsSince1970,
                aheadSeconds: $0.aheadSeconds)
        }
        quotaTrouble = health.quotaTrouble?.stored
        intervalsAreStretched = health.intervalsAreStretched ? true : nil
    }

    package var value: APIHealth? {
        var health = APIHealth()
        if let pause {
            guard let until = Instant(calculable: pause.until), let cause = PauseCause(stored: pause.cause) else {
                return nil
            }
            health.pause = APIHealth.Pause(until: until, cause: cause)
        }
        if let instance {
            let counted = instance.counted ?? 0
            guard let since = Instant(calculable: instance.since), counted >= 0 else { return nil }
            health.instance = APIHealth.InstanceWait(
                since: since, status: instance.status, counted: .microseconds(counted))
        }
        for (name, rest) in rests ?? [:] {
            guard let until = Instant(calculable: rest.until) else { return nil }
            health.rests[name] = APIHealth.Rest(until: until, status: rest.status)
        }
        if let clocks {
            guard let server = Instant(calculable: clocks.server), let own = Instant(calculable: clocks.own) else {
                return nil
            }
            health.clocks = ClockComparison(server: server, own: own, aheadSeconds: clocks.aheadSeconds)
        }
        if let quotaTrouble {
            guard let trouble = QuotaTrouble(stored: quotaTrouble) else { return nil }
            health.quotaTrouble = trouble
        }
        health.intervalsAreStretched = intervalsAreStretched ?? false
        return health
    }
}
