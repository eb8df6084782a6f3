// The limits of what is read, each with its reason.

extension Limits {
    /// Arrays and objects open at once in a JSON text. An Insightly page has five (page, record, collection, member,
    /// value); reading recurses once a level, and this many frames fit easily into the 512 KiB stack of a worker thread.
    package static let jsonNesting = 128

    /// Bytes of one JSON text, and so of one page. A full page of the largest records seen, 500 organisations of 100 KB,
    /// is 50 MB; whoever sends more is not answering what was asked.
    package static let jsonBytes = 64 * 1024 * 1024

    /// Records of one page: a hundred times what is asked for, so that an API which ignores that is still read.
    package static let recordsOfAPage = 100 * pageSize

    /// Values, names not counted, in one record. One of 100 KB has some thousand; reading a collection takes many times
    /// the bytes of its tiniest members.
    package static let valuesOfARecord = 250_000
}
