// What is asked of an account that is carried to another store, besides what verbs ask anyway.

import ChangeFeed

/// Answers about everything that is kept, a part at a time where there may be much of it.
package protocol TransferReading {
    /// Of the key by which all records of the store are known; nil where it is damaged or lost.
    func fingerprintSeed() throws -> [UInt8]?
    /// All of them, in the order of their numbers.
    func movedResources() throws -> [MovedResource]
    /// All of them, in the order of their numbers.
    func endpointRows() throws -> [EndpointRow]
    /// Those that were kept after another, in that order.
    func movedChanges(of resource: Int64, after serial: Int64, limit: Int) throws -> [MovedChange]
    /// Those behind a number, in their order: at most `limit`, and none more once the bodies of those before have so many
    /// bytes together.
    func movedEvents(after sequence: Int, limit: Int, bytes: Int) throws -> [MovedEvent]
    /// Those behind a number, in their order.
    func movedDeliveries(after number: Int64, limit: Int) throws -> [MovedDelivery]
}
