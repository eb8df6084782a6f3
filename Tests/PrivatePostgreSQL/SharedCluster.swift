// One server for the tests of a process that each need a schema of their own, and nothing else of it.

import Foundation

/// Runs from when the first asks for it until nobody has it any more.
package actor SharedCluster {
    package static let standard = SharedCluster(["max_connections": "300"])

    private let settings: [String: String]
    private var users = 0
    private var running: Task<Lent, any Error>?

    private struct Lent: Sendable {
        let cluster: PrivateCluster
        /// Ended once nobody has the server any more.
        let isGivenBack: AsyncStream<Never>.Continuation
        let whole: Task<Void, any Error>
    }

    package init(_ settings: [String: String]) {
        self.settings = settings
    }

    package func lend<Result: Sendable>(_ body: @Sendable (PrivateCluster) async throws -> Result) async throws
        -> Result
    {
        users += 1
        let start = running ?? Task { [settings] in try await Self.start(settings) }
        running = start
        do {
            let result = try await body(start.value.cluster)
            await giveBack()
            return result
        } catch {
            await giveBack()
            throw error
        }
    }

    private func giveBack() async {
        users -= 1
        guard users == 0, let start = running else { return }
        running = nil
        guard let lent = try? await start.value else { return }
        lent.isGivenBack.finish()
        try? await lent.whole.value
    }

    private static func start(_ settings: [String: String]) async throws -> Lent {
        let (givenBack, end) = AsyncStream<Never>.makeStream()
        let (clusters, tell) = AsyncThrowingStream<PrivateCluster, any Error>.makeStream()
        let whole = Task {
            do {
                try await PrivateCluster.running(settings) { cluster in
                    tell.yield(cluster)
                    for await _ in givenBack {}
                }
            } catch {
                tell.finish(throwing: error)
                throw error
            }
        }
        for try await cluster in clusters { return Lent(cluster: cluster, isGivenBack: end, whole: whole) }
        throw ClusterFailure(description: "the server ended before anybody could use it")
    }

    /// A name that no other schema of the server has.
    package static func newSchema() -> String {
        "s" + UUID().uuidString.lowercased().filter { $0 != "-" }
    }
}
