// Why something that was asked is not done.

import ChangeFeed
import EventStore

package enum OperationProblem: Error, Sendable, Equatable {
    /// What was asked makes no sense: each line says what is wrong and what would be right.
    case invalid([String])
    /// Which one is meant has to be said.
    case severalAccounts([String])
    case unknownAccount(String)
    case unknownEndpoint(String)
    /// It was sent to once, and is not in the configuration any more.
    case unconfiguredEndpoint(String)
    /// It has events waiting or had some, but nothing was ever sent to it.
    case unusedEndpoint(String)
    case unknownResource(String)
    /// It was polled once, and is not in the configuration any more.
    case unconfiguredResource(String)
    case unknownEvent(String)
    /// The log holds none with such a number.
    case noEvents(ClosedRange<Int>)
    /// The store holds something else than was written.
    case unreadableEvent(sequence: Int)
    case unknownDelivery(Int64)
    /// An earlier one has to be given up first.
    case deliveryWaits(Int64, for: Int64?)
    /// No daemon has asked the API for anything yet.
    case neverUsed
    /// Nothing is written over without being asked to.
    case fileExists(String)
    /// The file that was to be written, and why it is not.
    case notWritten(String, reason: String)
    /// Whoever asked wanted no more of it.
    case stopped
    case store(StoreProblem)
}

extension OperationProblem {
    /// For people, each with what to do next.
    package var lines: [String] {
        switch self {
        case .invalid(let lines): lines
        case .severalAccounts(let names):
            ["say which account is meant: \(names.prefix(10).joined(separator: ", "))\(names.count > 10 ? " …" : "")"]
        case .unknownAccount(let name): ["there is no account \(name) that is polled"]
        case .unknownEndpoint(let name): ["there is no endpoint \(name); `status` shows which there are"]
        case .unconfiguredEndpoint(let name):
            [
                """
                the endpoint \(name) is not configured any more: nothing is sent to it before it is again, under this \
                name. `deliveries give-up --all --endpoint \(name)` gives up what waits for it
                """
            ]
        case .unusedEndpoint(let name):
            ["no daemon has sent anything to an endpoint \(name) yet; `status` shows which there are"]
        case .unknownResource(let name): ["no resource \(name) was ever polled; `status` shows which were"]
        case .unconfiguredResource(let name):
            ["the resource \(name) is not polled any more: it is not in event.poller.configuration"]
        case .unknownEvent(let name):
            ["there is no event \(name) in the log; `events list` shows which there are"]
        case .noEvents(let numbers) where numbers.count == 1:
            ["there is no event \(numbers.lowerBound) in the log; `events list` shows which there are"]
        case .noEvents(let numbers):
            [
                """
                there is no event from \(numbers.lowerBound) to \(numbers.upperBound) in the log; `events list` shows \
                which there are
                """
            ]
        case .unreadableEvent(let sequence):
            [
                """
                the body of event \(sequence) cannot be read: the state store was damaged. "A damaged store" in \
                docs/operating.md says what can be done
                """
            ]
        case .unknownDelivery(let number):
            ["there is no delivery \(number); `deliveries list` shows which there are"]
        case .deliveryWaits(let number, let first):
            [
                """
                delivery \(number) waits for \(first.map { "delivery \($0)" } ?? "an earlier one"), which comes before \
                it; that one can be given up
                """
            ]
        case .neverUsed: ["no daemon has asked the API for anything yet"]
        case .fileExists(let path): ["there is a file \(path) already; name another, or say --force to replace it"]
        case .notWritten(let path, let reason):
            ["\(path) was not written: \(reason). Nothing of it is left; make room or name another file, and try again"]
        case .stopped: ["stopped before it was done; nothing of it is left"]
        case .store(let problem): [problem.description]
        }
    }

    /// What is missing, rather than what is wrong.
    package var isOfSomethingUnknown: Bool {
        switch self {
        case .unknownAccount, .unknownEndpoint, .unconfiguredEndpoint, .unusedEndpoint, .unknownResource,
            .unconfiguredResource, .unknownEvent,
            .noEvents, .unknownDelivery, .neverUsed:
            true
        case .invalid, .severalAccounts, .unreadableEvent, .deliveryWaits, .fileExists, .notWritten, .stopped, .store:
            false
        }
    }
}
