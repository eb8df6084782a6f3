// Where a fleet plays: an instance for each account, a receiver, a database, and daemons that share all of it.

import ChangeFeed
import Foundation
import RunningServices
import ServiceLifecycle
import Simulator
import StartedPrograms
import WebhookReceiver

struct FleetStage: Sendable {
    let accounts: [FleetAccount]
    let receiver: ReceiverServer
    let database: MovingDatabase
    let seats: [DaemonSeat]
    /// Between the first daemon and the database.
    let network: CutNetwork
    let leases: LeaseWatch
    /// How many have come.
    private let posts: Watched<Int>

    /// Faults that make for retries at all times.
    private static let behaviour = ReceiverBehaviour(
        [
            .init(.init(.status(503)), .share(0.06)), .init(.init(.lost), .share(0.06)),
            .init(.init(.reset), .share(0.03)), .init(.init(.status(301), location: "/elsewhere"), .share(0.01)),
        ], seed: 3)

    /// Sets the stage, plays from when all accounts are led, and clears it away.
    static func set(_ scale: ProofScale, play: @escaping @Sendable (FleetStage) async throws -> Void) async throws {
        let accounts = scale.names.enumerated().map { FleetAccount($1, seed: UInt64($0 + 1)) }
        let byName = Dictionary(uniqueKeysWithValues: accounts.map { ($0.name, $0) })
        var configuration = ReceiverServer.Configuration(keys: [try SigningKey(secret: Stage.signatureKey)])
        configuration.behaviour = behaviour
        configuration.requestsKept = 0
        let posts = Watched(0)
        configuration.observe = { exchange in
            posts.update { $0 += 1 }
            guard let name = exchange.request.event?.account else { return }
            byName[name]?.take(exchange)
        }
        let receiver = ReceiverServer(configuration)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("fleet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await running(receiver) {
            let callback = try await receiver.url
            try await serving(accounts) { ports in
                try await MovingDatabase.running(scale, in: directory.path) { database in
                    let network = try await CutNetwork(to: database, in: directory.path)
                    let file = FleetConfiguration(scale, directory: directory.path, callback: callback, ports: ports)
                    let seats = try (0..<scale.daemons).map { number in
                        let places = number == 0 ? network.places : database.places
                        let path = try file.write(number, store: database.address(by: places))
                        return try DaemonSeat("daemon\(number)", logs: scale.logs) { try start(path) }
                    }
                    let stage = FleetStage(
                        accounts: accounts, receiver: receiver, database: database, seats: seats, network: network,
                        leases: LeaseWatch(database), posts: posts)
                    try await stage.living { try await play(stage) }
                }
            }
        }
    }

    /// Returns once so many more POSTs have come.
    func afterPosts(_ count: Int) async throws {
        let end = posts.read { $0 } + count
        try await posts.wait { $0 >= end }
    }

    private static func start(_ path: String) throws -> RunningProgram {
        try RunningProgram(
            product: "insightly-webhooks", ["run", "--config", path],
            environment: [
                "INSIGHTLY_API_KEY": Stage.apiKey, "INSIGHTLY_WEBHOOKS_SIGNATURE_KEY": Stage.signatureKey,
            ])
    }

    /// Serves the instance of each account on a port of its own.
    private static func serving(
        _ accounts: [FleetAccount], _ body: ([String: Int]) async throws -> Void
    ) async throws {
        let ports = Watched<[String: Int]>([:])
        let servers = accounts.map { account in
            SimulatorServer(account.live, onListening: { port in ports.update { $0[account.name] = port } })
        }
        try await running(Together(services: servers)) {
            try await ports.wait { $0.count == accounts.count }
            try await body(ports.read { $0 })
        }
    }

    /// Daemons run, and somebody looks on.
    private func living(_ play: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup { tasks in
            for seat in seats { tasks.addTask { try await seat.run() } }
            tasks.addTask { await leases.run() }
            do {
                try await leases.waitUntilLed(accounts.count)
                try await play()
            } catch {
                network.mend()
                for seat in seats { await seat.abandon() }
                tasks.cancelAll()
                throw error
            }
            tasks.cancelAll()
        }
    }
}
