// Where dictionaries are kept, as packing sees it.

/// What a transaction says of the dictionaries of its store, and of the records that one can be trained by.
package protocol DictionaryShelf {
    func hasDictionary(_ number: UInt32) throws -> Bool
    /// How many records of a resource are known, counted no further than `limit`.
    func knownRecords(of resource: Int64, limit: Int) throws -> Int
    /// Contents of those with the highest ids, which are the newest, as long as `take` says that it wants more. What cannot be
    /// read is empty.
    func newestContents(of resource: Int64, limit: Int, _ take: ([UInt8]) -> Bool) throws
    /// - Parameter promised: bytes that remained of each, of records it was not trained by.
    /// - Returns: nil for bytes that are no dictionary.
    func store(dictionary bytes: [UInt8], of resource: Int64, promising promised: Double) throws -> PackingDictionary?
    /// Calls `body` once what was stored is stored for good; never, where it comes to nothing.
    func whenKept(_ body: @escaping @Sendable () -> Void)
}
