// What people read when an answer is no page of records.

import Testing

@testable import ChangeFeed

@Suite("JSON problems")
struct JSONProblemTests {
    @Test("A problem says what was found and where, and quotes nothing")
    func descriptions() {
        #expect("\(JSONProblem(.htmlPage, at: 0))" == "found an HTML page where JSON should be (byte 0)")
        #expect(
            "\(JSONProblem(.notAPage(found: .object), at: 2))"
                == "found an object where an array of records should be (byte 2)")
        #expect(
            "\(JSONProblem(.controlCharacter(0x0A), at: 7))" == "found a control character 0x0A in a string (byte 7)")
    }
}
