// What commands beside the daemon show of an account; of one that no daemon has used yet, nothing.

import ChangeFeed

extension StoreVisitor {
    /// Nil where the account was never used.
    package func status(endpoints: [String]) throws(StoreProblem) -> StoreStatus? {
        try look { try StoreStatus(of: endpoints, in: $0) }
    }

    /// What is known of the account's requests; nil where it was never used.
    package func budget() throws(StoreProblem) -> RequestBudget.Memory? {
        try look { try $0.budgetMemory() }
    }

    /// Whether an endpoint of this name was ever sent to.
    package func knows(endpoint name: String) throws(StoreProblem) -> Bool {
        try look { try $0.endpoint(named: name) != nil } ?? false
    }

    /// The newest first.
    package func deliveries(_ filter: ListFilter) throws(StoreProblem) -> [ListedDelivery] {
        try look { try $0.listedDeliveries(filter) } ?? []
    }

    /// A delivery with its attempts and what it tells; nil where there is none of this number.
    package func delivery(_ id: Int64) throws(StoreProblem) -> ShownDelivery? {
        try look { try $0.shownDelivery(id) } ?? nil
    }

    /// The newest first; all types where none is given.
    package func events(_ types: [EventTypePattern] = [], limit: Int) throws(StoreProblem) -> [ListedEvent] {
        try look { try $0.listedEvents(types, limit: limit) } ?? []
    }

    /// Onwards from a number, at most `limit`, and fewer where their bodies are large.
    package func events(after sequence: Int, limit: Int) throws(StoreProblem) -> LoggedEvents {
        try look { try LoggedEvents(after: sequence, limit: limit, in: $0) } ?? LoggedEvents(after: sequence)
    }

    /// The newest, in the order of their numbers.
    package func events(latest count: Int) throws(StoreProblem) -> LoggedEvents {
        try look { try LoggedEvents(latest: count, in: $0) } ?? LoggedEvents()
    }

    /// By its id, or by its number in the log.
    package func event(_ name: String) throws(StoreProblem) -> ListedEvent? {
        try look { try $0.listedEvent(named: name) } ?? nil
    }
}
