// What came back for a pipeline of statements.

/// The answers in order, up to where they end.
struct PipelineAnswers {
    /// Of the statements from the first on that were not refused.
    var rows: [PostgreSQLRows] = []
    /// The first that was; the server skips what comes after it.
    var refused: PostgreSQLFailure?
    /// How the connection ended, or why it was given up; nil where everything was answered and it can go on.
    var end: PostgreSQLFailure?
    /// Whether the last statement was handed over; the server may then get it, whatever happened since.
    var isSent = false
    /// The command tag of the last statement.
    var lastTag: String?
    /// SQLSTATEs of the notices that came after all other statements were answered.
    var lastNotices: [String] = []
}
