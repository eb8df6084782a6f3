// Who may stay connected to a guarded server: pure.

/// The connections that are open, each by a number, in the order in which they came.
///
/// Where there are too many, the one that has waited longest without sending a whole request makes room: a client that
/// says nothing keeps nobody out, and one that asks is answered however many say nothing.
struct Admission: Sendable {
    enum Verdict: Equatable, Sendable {
        case admitted(closing: Int?)
        case refused
    }

    private struct Visitor {
        let number: Int
        var isAnswered = false
    }

    let most: Int
    private var visitors: [Visitor] = []
    private var isClosed = false

    init(most: Int) {
        self.most = most
    }

    mutating func enter(_ number: Int) -> Verdict {
        guard !isClosed else { return .refused }
        guard visitors.count >= most else {
            visitors.append(Visitor(number: number))
            return .admitted(closing: nil)
        }
        guard let idle = visitors.firstIndex(where: { !$0.isAnswered }) else { return .refused }
        let leaving = visitors.remove(at: idle).number
        visitors.append(Visitor(number: number))
        return .admitted(closing: leaving)
    }

    /// Its request is whole; false for one that had to make room meanwhile.
    mutating func asked(_ number: Int) -> Bool {
        guard let index = visitors.firstIndex(where: { $0.number == number }) else { return false }
        visitors[index].isAnswered = true
        return true
    }

    mutating func left(_ number: Int) {
        visitors.removeAll { $0.number == number }
    }

    /// Nobody enters any more. Says who has not asked for anything yet, and so is waited for in vain.
    mutating func close() -> [Int] {
        isClosed = true
        defer { visitors.removeAll { !$0.isAnswered } }
        return visitors.filter { !$0.isAnswered }.map(\.number)
    }
}
