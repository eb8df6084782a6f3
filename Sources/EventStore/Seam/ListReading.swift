// What is shown of an account: lists of events and deliveries, and how its work stands.

import ChangeFeed

/// Answers for people, and for receivers that read the log. A resource that is set aside is shown by the name that it had.
package protocol ListReading {
    /// The newest first; all types where none is given.
    func listedEvents(_ types: [EventTypePattern], limit: Int) throws -> [ListedEvent]
    /// Those behind a number, in the order of their numbers: at most `limit`, and none more once the bodies of those before
    /// have so many bytes together.
    func listedEvents(after sequence: Int, limit: Int, bytes: Int) throws -> [ListedEvent]
    func listedEvent(id: String) throws -> ListedEvent?
    func listedEvent(sequence: Int) throws -> ListedEvent?
    /// The number of the oldest event that is there; nil where there is none.
    func firstSequence() throws -> Int?
    /// The newest first. What is folded into a delivery says of what type it is.
    func listedDeliveries(_ filter: ListFilter) throws -> [ListedDelivery]
    /// Nil where the account has none of this number.
    func shownDelivery(_ id: Int64) throws -> ShownDelivery?
    /// Of the resources that were ever contacted and are not set aside, in the order of their names as bytes.
    func resourceStates() throws -> [StoreStatus.Resource]
    /// Of all endpoints that there are, in the order of their names as bytes. Whether they are configured, the store does
    /// not know.
    func endpointStates() throws -> [StoreStatus.Endpoint]
    /// By the names of endpoints, how many deliveries are not settled; without those that have none.
    func openByEndpoint() throws -> [String: Int]
    /// What was kept of the account's past and cannot be read, so that it is learned anew.
    func unreadableMemories() throws -> [UnreadableRow]
}
