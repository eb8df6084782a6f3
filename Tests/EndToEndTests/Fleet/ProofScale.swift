// How much is done to the fleet of the proof: little in every run of the tests, all of it by `scripts/prove-fleet`.

import Foundation

struct ProofScale: Sendable {
    var accounts = 12
    var kills = 12
    var stops = 1
    /// Longer than the lease.
    var stopped = 8
    var restarts = 2
    var failOvers = 1
    var lease = 3

    let daemons = 3
    /// Whether times are held to their bars: beside other tests there is no telling what took long.
    let isWhole: Bool
    /// Where the lines of the daemons are kept.
    let logs: String?

    /// Of the environment: `accounts=60 kills=100 …` under `INSIGHTLY_WEBHOOKS_PROOF`.
    static let asked = ProofScale(ProcessInfo.processInfo.environment)

    private init(_ environment: [String: String]) {
        logs = environment["INSIGHTLY_WEBHOOKS_PROOF_LOGS"]
        let text = environment["INSIGHTLY_WEBHOOKS_PROOF"]
        isWhole = text != nil
        for part in (text ?? "").split(separator: " ") {
            let pair = part.split(separator: "=")
            guard pair.count == 2, let number = Int(pair[1]), let count = Self.counts[String(pair[0])] else {
                preconditionFailure(
                    "INSIGHTLY_WEBHOOKS_PROOF: \"\(part)\" is none of \(Self.counts.keys.sorted())=NUMBER")
            }
            self[keyPath: count] = number
        }
    }

    private static var counts: [String: WritableKeyPath<ProofScale, Int>] {
        [
            "accounts": \.accounts, "kills": \.kills, "stops": \.stops, "stopped": \.stopped, "restarts": \.restarts,
            "fail-overs": \.failOvers, "lease": \.lease,
        ]
    }

    var names: [String] { (1...accounts).map { "account\($0)" } }

    /// Of all instances together.
    static let editsPerMinute = 360.0

    /// About so many POSTs come while all of it is done: as long as the stops take, which come one after the other.
    private var posts: Int { Int(Self.editsPerMinute / 60) * (stops + 1) * (stopped + 2 * lease) }

    /// From one blow to the next of so many.
    func posts(between blows: Int) -> ClosedRange<Int> {
        let mean = max(2, posts / max(1, blows))
        return mean / 2...mean * 3 / 2
    }
}
