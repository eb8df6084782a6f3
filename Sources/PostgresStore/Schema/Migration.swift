// How the tables came to be what they are: steps that are taken once each, in their order.

/// A step, whose text is frozen once a version with it was given out.
struct Migration: Sendable {
    let name: String
    /// Single commands, without the name of the schema: they run where that is the one that is looked into.
    let statements: [String]

    static let all = [firstTables, leases]
}
