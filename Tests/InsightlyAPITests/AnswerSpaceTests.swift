// Whether answers take the place of those before them, and never of one that somebody still reads.

import Testing

@testable import InsightlyAPI

@Suite("The space of answers")
struct AnswerSpaceTests {
    private func place(of body: [UInt8]) -> UInt? {
        body.withUnsafeBufferPointer { $0.baseAddress.map { UInt(bitPattern: $0) } }
    }

    private func page(_ byte: UInt8) -> [UInt8] { Array(repeating: byte, count: 100_000) }

    @Test("A page takes the place of the one before once nobody reads that")
    func again() {
        let space = AnswerSpace()
        var body = page(1)
        let first = place(of: body)
        space.keep(body)
        body = []
        body = space.take()
        #expect(body.isEmpty && body.capacity >= 100_000)
        body.append(2)
        #expect(place(of: body) == first)
    }

    @Test("A page that somebody reads stays as it is")
    func read() {
        let space = AnswerSpace()
        let body = page(1)
        space.keep(body)
        var next = space.take()
        next.append(contentsOf: page(2))
        #expect(body == page(1))
        #expect(place(of: next) != place(of: body))
    }

    @Test("After a small answer nothing is kept")
    func small() {
        let space = AnswerSpace()
        space.keep(page(1))
        _ = space.take()
        space.keep(Array("[]".utf8))
        #expect(space.take().capacity == 0)
    }

    @Test("Of a huge answer nothing is kept")
    func huge() {
        let space = AnswerSpace()
        space.keep(Array(repeating: 1, count: 5_000_000))
        #expect(space.take().capacity == 0)
    }
}
