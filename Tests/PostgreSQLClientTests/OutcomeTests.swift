// What answers say of a transaction: kept, not kept, or nobody knows.

import Testing

@testable import PostgreSQLClient

struct OutcomeTests {
    private let pipeline = PostgreSQLTransaction([PostgreSQLStatement("write", "WRITE")], limits: .tests).pipeline
    private let lost = PostgreSQLFailure(.connectionLost, "gone")
    private let noRows = PostgreSQLRows(count: 0, affected: nil, columns: [], bytes: [], ends: [])

    /// Answers to as many statements as that, and whatever else is said.
    private func outcome(
        answered: Int = 4, refused: PostgreSQLFailure? = nil, end: PostgreSQLFailure? = nil, isSent: Bool = true,
        tag: String? = "COMMIT", notices: [String] = []
    ) -> PostgreSQLOutcome {
        var answers = PipelineAnswers()
        answers.rows = Array(repeating: noRows, count: answered)
        answers.refused = refused
        answers.end = end
        answers.isSent = isSent
        answers.lastTag = tag
        answers.lastNotices = notices
        return PostgreSQLOutcome(of: pipeline, answers)
    }

    private func said(_ state: String, _ severity: PostgreSQLSeverity?) -> PostgreSQLFailure {
        PostgreSQLFailure(sqlState: state, severity: severity, message: "said")
    }

    @Test func anAnsweredCommitIsCommitted() {
        #expect(pipeline.count == 4)
        #expect(outcome().rows?.count == 1)
        #expect(outcome(notices: ["00000", "57P01"]).rows?.count == 1)
        #expect(outcome(end: lost).rows?.count == 1, "what ends after the answer changes nothing")
    }

    @Test func aWarningThatTheWaitWasEndedIsDoubt() {
        #expect(outcome(notices: ["00000", "01000"]).doubt == .standbyWaitEnded)
        #expect(outcome(end: lost, notices: ["01000"]).doubt == .standbyWaitEnded)
    }

    @Test func aRolledBackCommitIsAFailure() {
        #expect(outcome(tag: "ROLLBACK").failure?.statement == "COMMIT")
        #expect(outcome(tag: "BEGIN").doubt != nil)
        #expect(outcome(notices: ["25P01"]).doubt != nil, "there was no transaction any more")
    }

    @Test func whatIsNotAnsweredIsDoubt() {
        for answered in 0..<4 {
            #expect(outcome(answered: answered, end: lost).doubt == .noAnswer(lost))
        }
    }

    @Test func whatWasNotSentIsAFailure() {
        #expect(outcome(answered: 0, end: lost, isSent: false).failure == lost)
    }

    @Test func anErrorIsAFailureWhateverComesAfter() {
        let error = said("23505", .error)
        for answered in 0..<4 {
            #expect(outcome(answered: answered, refused: error).failure == error)
            #expect(outcome(answered: answered, refused: error, end: lost).failure == error)
        }
    }

    /// The connection has ended, and who said so may not be the server.
    @Test(arguments: [
        ("57P01", PostgreSQLSeverity.fatal), ("53100", .panic), ("08P01", .error), ("08P01", .fatal), ("57P01", nil),
    ])
    func anEndInTheMiddleIsDoubt(state: String, severity: PostgreSQLSeverity?) {
        let end = said(state, severity)
        for answered in 0..<4 {
            #expect(outcome(answered: answered, refused: end, end: end).doubt == .noAnswer(end))
        }
    }
}
