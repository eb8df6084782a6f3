// What can be asked of a daemon by way of its store, as values: questions and commands.

import ChangeFeed
import DaemonConfiguration
import EventStore

/// Something that is read in the store; nothing is changed.
package protocol Question: Sendable {
    associatedtype Answer: Sendable

    func answer(in scope: OperationScope) throws(OperationProblem) -> Answer
}

/// Something that is asked of the daemon: left in the store, which a running daemon looks through.
package protocol Command: Sendable {
    associatedtype Answer: Sendable

    func leave(in scope: OperationScope) throws(OperationProblem) -> Answer
}

/// Whose store it is, and what the daemon on it goes by.
package struct OperationScope: Sendable {
    package struct Endpoint: Sendable {
        package var name: String
        package var rules: EndpointRules

        package init(name: String, rules: EndpointRules) {
            self.name = name
            self.rules = rules
        }
    }

    /// Opened to write, for a command.
    package let store: any StoreVisitor
    package let api: APISettings?
    package let polling: PollingSettings
    /// Those that are configured.
    package let endpoints: [Endpoint]
    /// Whether a daemon has the store open; nil where that is not known.
    package let hasDaemon: Bool?
    package let now: Instant

    package init(
        store: any StoreVisitor, api: APISettings?, polling: PollingSettings, endpoints: [Endpoint], hasDaemon: Bool?,
        at now: Instant
    ) {
        self.store = store
        self.api = api
        self.polling = polling
        self.endpoints = endpoints
        self.hasDaemon = hasDaemon
        self.now = now
    }

    /// Of a command line beside the daemon.
    ///
    /// - Parameter store: of the account.
    package init(store: any StoreVisitor, account: AccountSettings, at now: Instant) {
        self.init(
            store: store, api: account.api, polling: account.polling,
            endpoints: (account.notification?.endpoints ?? []).map { Endpoint(name: $0.name, rules: $0.rules) },
            hasDaemon: store.hasDaemon, at: now)
    }
}

extension OperationScope {
    package func ask<Asked: Question>(_ question: Asked) throws(OperationProblem) -> Asked.Answer {
        try question.answer(in: self)
    }

    @discardableResult
    package func leave<Asked: Command>(_ command: Asked) throws(OperationProblem) -> Asked.Answer {
        try command.leave(in: self)
    }

    func isConfigured(endpoint name: String) -> Bool { endpoints.contains { $0.name == name } }

    /// Nothing is sent to an endpoint that is not in the file.
    func requireConfigured(endpoint name: String) throws(OperationProblem) {
        if isConfigured(endpoint: name) { return }
        throw try visit { store throws(StoreProblem) in try store.knows(endpoint: name) }
            ? .unconfiguredEndpoint(name) : .unknownEndpoint(name)
    }

    /// Nothing was found: says so where it could not be, for there are no events of such a type.
    func requireKnown(types: [EventTypePattern]) throws(OperationProblem) {
        let faults = types.compactMap { $0.fault(among: polling.resources) }
        guard faults.isEmpty else { throw .invalid(faults.map { "\($0.wrong); \($0.right)" }) }
    }

    func visit<Answer>(_ work: (any StoreVisitor) throws(StoreProblem) -> Answer) throws(OperationProblem) -> Answer {
        do { return try work(store) } catch { throw .store(error) }
    }
}
