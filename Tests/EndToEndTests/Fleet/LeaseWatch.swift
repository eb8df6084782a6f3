// Who leads what in a fleet, as its database says, and how long it took to lead again what a daemon had led.

import ChangeFeed
import Foundation
import StartedPrograms
import WebhookReceiver

/// Looks again and again, by sessions of its own.
final class LeaseWatch: Sendable {
    struct TakeOver: Sendable {
        /// `kill`, `stop` or `cut`.
        let blow: String
        /// From the blow until all that was led then had a holder again who lives.
        let took: Duration
        /// Whether the database itself was down or held up meanwhile.
        let isTroubled: Bool
    }

    fileprivate struct Blow: Sendable {
        let word: String
        let holder: String
        let at: ContinuousClock.Instant
        /// Accounts that nobody else leads yet.
        var rest: Set<String>
        var isTroubled: Bool
        /// Whether the daemon itself may go on with them.
        var mayGoOn = false
    }

    private struct State {
        /// By account: holders that live.
        var led: [String: String] = [:]
        var lookedAt = ContinuousClock.now
        var open: [Blow] = []
        var takeOvers: [TakeOver] = []
    }

    private let database: MovingDatabase
    private let state = Watched(State())

    init(_ database: MovingDatabase) {
        self.database = database
    }

    /// Those that are over.
    var takeOvers: [TakeOver] { state.read { $0.takeOvers } }

    /// Looks on until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            guard let program = try? database.watching(Self.query, everyMilliseconds: 150) else { continue }
            for await line in program.lines where line.hasPrefix(Self.mark) { see(line.dropFirst(Self.mark.count)) }
            program.signal(SIGKILL)
            _ = await program.exitStatus
            // The server that was asked is gone.
            see(nil)
        }
    }

    private static let mark = "led: "

    private static let query = """
        SELECT '\(mark)' || coalesce(string_agg(account || ' ' || holder, ';'), '') FROM insightly_webhooks.lease \
        JOIN insightly_webhooks.daemon ON id = holder WHERE until > clock_timestamp()
        """

    /// - Parameter rows: nil where there was no answer.
    private func see(_ rows: Substring?) {
        let now = ContinuousClock.now
        let pairs = (rows ?? "").split(separator: ";").map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
        let led = Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0[1]) })
        let isTroubled = rows == nil || database.isTroubled
        state.update { state in
            state.led = led
            state.lookedAt = now
            for index in state.open.indices { state.open[index].heed(led, isTroubled: isTroubled) }
            state.takeOvers += state.open.filter(\.rest.isEmpty).map {
                TakeOver(blow: $0.word, took: now - $0.at, isTroubled: $0.isTroubled)
            }
            state.open.removeAll(where: \.rest.isEmpty)
        }
    }

    /// This daemon leads nothing from now on.
    func struck(_ holder: String, by word: String) {
        let isTroubled = database.isTroubled
        state.update { state in
            let rest = Set(state.led.filter { $0.value == holder }.keys)
            guard !rest.isEmpty else { return }
            state.open.append(Blow(word: word, holder: holder, at: .now, rest: rest, isTroubled: isTroubled))
        }
    }

    /// It may lead again.
    func goesOn(_ holder: String) {
        state.update { state in
            for index in state.open.indices where state.open[index].holder == holder {
                state.open[index].mayGoOn = true
            }
        }
    }

    /// Returns once all that a daemon had led is led by others, and it was struck so long ago.
    func waitUntilTaken(from holder: String, struckFor duration: Duration) async throws {
        let end = ContinuousClock.now + duration
        try await state.wait { state in
            state.lookedAt >= end && !state.open.contains { $0.holder == holder }
        }
    }

    /// Returns once so many accounts are led, and all that was waited for is.
    func waitUntilLed(_ accounts: Int) async throws {
        try await state.wait { $0.led.count == accounts && $0.open.isEmpty }
    }
}

extension LeaseWatch.Blow {
    mutating func heed(_ led: [String: String], isTroubled: Bool) {
        if isTroubled { self.isTroubled = true }
        rest = rest.filter { account in led[account].map { $0 == holder && !mayGoOn } ?? true }
    }
}
