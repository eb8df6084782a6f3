// Who may stay connected to a guarded server.

import Testing

@testable import AdminHTTP

@Suite("Who may stay connected")
struct AdmissionTests {
    @Test("The one that has waited longest makes room, and never one that is being answered")
    func room() {
        var admission = Admission(most: 2)
        var verdicts = (1...2).map { admission.enter($0) }
        var heard = [admission.asked(1)]
        verdicts.append(admission.enter(3))
        heard += [admission.asked(2), admission.asked(3)]
        verdicts.append(admission.enter(4))
        admission.left(1)
        verdicts.append(admission.enter(5))
        let free = Admission.Verdict.admitted(closing: nil)
        #expect(verdicts == [free, free, .admitted(closing: 2), .refused, free])
        #expect(heard == [true, false, true])
    }

    @Test("Once it is closed nobody enters, and those that asked for nothing are sent away")
    func closing() {
        var admission = Admission(most: 3)
        for number in 1...3 { _ = admission.enter(number) }
        let isHeard = admission.asked(2)
        let sentAway = admission.close()
        let late = admission.enter(4)
        #expect(isHeard && sentAway == [1, 3] && late == .refused)
    }
}
