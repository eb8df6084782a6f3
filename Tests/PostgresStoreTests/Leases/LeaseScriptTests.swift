// The verbs of the fleet, asked of the database and of the simulated store: both answer alike.

import ChangeFeed
import Fleet
import PostgreSQLClient
import PrivatePostgreSQL
import SimulatedWorld
import Testing

@testable import PostgresStore
@testable import SimulatedFleet

@Suite("Leases in the database, beside those that fleets are simulated with", .timeLimit(.minutes(60)))
struct LeaseScriptTests {
    @Test("Any order of verbs by three daemons is answered alike", arguments: 1...10 as ClosedRange<UInt64>)
    func alike(seed: UInt64) async throws {
        try await LeaseScene.shared { try run(seed, $0) }
    }

    @Test(
        "So it is behind PgBouncer, whenever it lends sessions to others", arguments: PrivatePooler.Mode.allCases,
        11...12 as ClosedRange<UInt64>)
    func pooled(mode: PrivatePooler.Mode, seed: UInt64) async throws {
        try await PrivateCluster.running { cluster in
            try await PrivatePooler.running(before: cluster, mode) { pooler in
                try await onThread { try run(seed, LeaseScene(on: cluster, behind: pooler)) }
            }
        }
    }

    private func run(_ seed: UInt64, _ scene: LeaseScene) throws {
        var script = LeaseScript(seed: seed, scene)
        try script.enrollAll()
        for step in 1...200 { try script.take(step) }
        #expect(script.won > 3, "hardly anything was taken")
        #expect(script.blocked > 0, "nothing stood in the way")
    }
}

/// What happens on both sides, drawn by a seed.
private struct LeaseScript {
    private let scene: LeaseScene
    private var random: SeededGenerator
    private var now = Instant(secondsSince1970: 1_795_435_200)
    private var simulated = VirtualLeases(LeaseScene.longTerms)
    private let daemons: [PostgresLeases]
    private var transactions: [(account: Int, daemon: Int, session: PostgreSQLConnection)] = []
    /// Leases that somebody was told of.
    private var known: [Lease] = []
    private(set) var won = 0
    private(set) var blocked = 0

    private static let names = ["a", "b", "c"]

    init(seed: UInt64, _ scene: LeaseScene) {
        self.scene = scene
        random = SeededGenerator(seed: seed, purpose: 63)
        daemons = Self.names.map { scene.daemon($0) }
    }

    /// Makes everybody known, with all accounts.
    mutating func enrollAll() throws {
        for daemon in daemons.indices {
            try ask(.renew(planned: 6), of: daemon, 0)
            try ask(.enroll(Set((1...6).map(VirtualLeases.name))), of: daemon, 0)
        }
    }

    mutating func take(_ step: Int) throws {
        switch random.within(1...20) {
        case 1...3: try passes(.hours(random.element(of: [1, 2, 4, 9])))
        case 4...6: try beginTransaction()
        case 7: try endTransaction()
        default: try ask(drawnVerb(), of: random.within(0...2), step)
        }
    }

    private mutating func ask(_ verb: FleetMachine.Verb, of daemon: Int, _ step: Int) throws {
        let id = scene.id(Self.names[daemon])
        let expected = simulated.answer(verb, of: id, at: now).inOrder
        let answer = try daemons[daemon].answer(verb).inOrder
        #expect(answer == expected, "step \(step): \(Self.names[daemon]) asked: \(VirtualLeases.line(verb))")
        guard answer == expected else { throw LeasesDiffer() }
        if case .endBackends = verb { try sessionsHaveEnded() }
        known += answer.won + answer.held
        won += answer.won.count
        blocked += answer.blocked.count
    }

    /// A session that is told to end needs a moment; and who has one that was ended learns of it by its next verb.
    private func sessionsHaveEnded() throws {
        try scene.waitUntil("(SELECT count(*) FROM \(scene.locks)) = \(simulated.transactions.count)")
        for daemon in daemons { while (try? daemon.answer(.knock)) == nil {} }
    }

    private mutating func drawnVerb() -> FleetMachine.Verb {
        switch random.within(1...16) {
        case 1: return .enroll(Set(drawnAccounts()))
        case 2: return .knock
        case 3...6: return .renew(planned: random.within(0...9))
        case 7...8: return .look(limit: 100)
        case 9...11: return .take(drawnAccounts())
        case 12...13: return .endBackends(of: scene.id(random.element(of: Self.names)))
        case 14...15:
            guard !known.isEmpty else { return .giveBack([]) }
            return .giveBack((0..<random.within(1...3)).map { _ in random.element(of: known) })
        default: return .leave
        }
    }

    private mutating func drawnAccounts() -> [String] {
        (1...6).filter { _ in random.chance(0.5) }.map(VirtualLeases.name)
    }

    private mutating func passes(_ duration: Duration) throws {
        now = now + duration
        try scene.passes(duration)
    }

    private mutating func beginTransaction() throws {
        let (account, daemon) = (random.within(1...6), random.within(0...2))
        guard !transactions.contains(where: { $0.account == account }) else { return }
        let session = try scene.beginTransaction(of: Self.names[daemon], on: VirtualLeases.name(account))
        transactions.append((account, daemon, session))
        simulated.beginTransactions(of: scene.id(Self.names[daemon]), on: [account])
    }

    /// Those of one daemon.
    private mutating func endTransaction() throws {
        let daemon = random.within(0...2)
        simulated.endTransactions(of: scene.id(Self.names[daemon]))
        for transaction in transactions where transaction.daemon == daemon {
            // Where its session was ended, so was this.
            _ = try? transaction.session.sql("ROLLBACK")
        }
        transactions.removeAll { $0.daemon == daemon }
    }
}

private struct LeasesDiffer: Error {}

extension FleetMachine.Answer {
    /// Without the order of what has none.
    fileprivate var inOrder: Self {
        switch self {
        case .done: .done
        case .renewed: .renewed(held)
        case .seen(let sight):
            .seen(
                FleetSight(
                    daemons: sight.daemons.sorted { $0.id < $1.id },
                    takeable: sight.takeable.sorted { $0.account < $1.account }))
        case .taken(_, _, let former): .taken(won, blocked: blocked.sorted { $0.account < $1.account }, from: former)
        }
    }
}
