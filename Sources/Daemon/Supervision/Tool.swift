// Something that has to be shut down, once nobody uses it any more.

import Synchronization

/// A client of the network that may be replaced by another while requests of it are still under way.
final class Tool<Client: Sendable>: Sendable {
    private struct State {
        var users = 0
        var isRetired = false
    }

    private let client: Client
    private let shutDown: @Sendable (Client) async -> Void
    private let state = Mutex(State())

    init(_ client: Client, shutDown: @escaping @Sendable (Client) async -> Void) {
        self.client = client
        self.shutDown = shutDown
    }

    /// From now on it is used: to be called before it can be retired, and once for each `use`.
    func take() { state.withLock { $0.users += 1 } }

    /// Uses what was taken.
    func use<Answer: Sendable>(_ work: (Client) async -> Answer) async -> Answer {
        let answer = await work(client)
        let isLast = state.withLock { state in
            state.users -= 1
            return state.isRetired && state.users == 0
        }
        if isLast { await shutDown(client) }
        return answer
    }

    /// Nobody takes it any more; whoever uses it last shuts it down.
    func retire() async {
        let isIdle = state.withLock { state in
            guard !state.isRetired else { return false }
            state.isRetired = true
            return state.users == 0
        }
        if isIdle { await shutDown(client) }
    }
}
