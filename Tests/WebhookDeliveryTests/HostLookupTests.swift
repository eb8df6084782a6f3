// Lookups that hang, and those that never end.

import ChangeFeed
import Dispatch
import HTTPFaults
import Synchronization
import Testing
import WebhookDelivery

@Suite("Lookups that block", .timeLimit(.minutes(60)))
struct HostLookupTests {
    @Test("A name that hangs takes one thread, whoever asks for it, and holds up no other name")
    func hangingName() async throws {
        let gate = DispatchSemaphore(value: 0)
        let asked = Mutex(0)
        let address = try #require(IPAddress("192.0.2.1"))
        let lookup = HostLookup.blocking { host in
            if host == "hangs.example" {
                asked.withLock { $0 += 1 }
                gate.wait()
            }
            return [address]
        }
        try await withThrowingTaskGroup(of: [IPAddress].self) { waiting in
            for _ in 0..<300 { waiting.addTask { try await lookup.addresses("hangs.example") } }
            for number in 0..<20 { #expect(try await lookup.addresses("\(number).example") == [address]) }
            #expect(asked.withLock { $0 } <= 1)
            gate.signal()
            // Whoever came after the answer asks anew.
            for _ in 0..<300 { gate.signal() }
            for try await addresses in waiting { #expect(addresses == [address]) }
        }
    }

    @Test("A name whose lookup never ends is asked for once more, later each time, and the answer is everybody's")
    func lostLookup() async throws {
        let gate = DispatchSemaphore(value: 0)
        let asked = Mutex(0)
        let address = try #require(IPAddress("192.0.2.1"))
        let (questions, question) = AsyncStream.makeStream(of: Void.self)
        let lookup = HostLookup.blocking(within: .zero) { _ in
            let number = asked.withLock { asked in
                asked += 1
                return asked
            }
            question.yield()
            if number == 1 { gate.wait() }
            return [address]
        }
        async let lost = lookup.addresses("lost.example")
        _ = await questions.first { _ in true }
        #expect(try await lookup.addresses("lost.example") == [address])
        #expect(try await lost == [address])
        #expect(asked.withLock { $0 } == 2)
        gate.signal()
    }

    @Test("A lookup that never ended keeps no later one from asking at once", .timeLimit(.minutes(60)))
    func askedAfterLost() async throws {
        let gate = DispatchSemaphore(value: 0)
        defer { gate.signal() }
        let asked = Mutex(0)
        let now = Mutex(Instant(secondsSince1970: 0))
        let address = try #require(IPAddress("192.0.2.1"))
        let (questions, question) = AsyncStream.makeStream(of: Void.self)
        let lookup = HostLookup.blocking(within: .hours(1), now: { now.withLock { $0 } }) { _ in
            let number = asked.withLock { asked in
                asked += 1
                return asked
            }
            question.yield()
            if number == 1 { gate.wait() }
            return [address]
        }
        async let lost = lookup.addresses("lost.example")
        _ = await questions.first { _ in true }
        now.withLock { $0 = $0 + .hours(1) }
        for _ in 1...3 { #expect(try await lookup.addresses("lost.example") == [address]) }
        #expect(try await lost == [address])
        #expect(asked.withLock { $0 } == 4)
    }

    @Test("So many threads are left behind for one name; then it is this machine that lacks something")
    func tooManyLost() async throws {
        let gate = DispatchSemaphore(value: 0)
        let (questions, question) = AsyncStream.makeStream(of: Void.self)
        let address = try #require(IPAddress("192.0.2.1"))
        let lookup = HostLookup.blocking(within: .zero) { host in
            question.yield()
            if host == "lost.example" { gate.wait() }
            return [address]
        }
        try await withThrowingTaskGroup(of: [IPAddress].self) { waiting in
            for _ in 0..<64 { waiting.addTask { try await lookup.addresses("lost.example") } }
            var asked = 0
            for await _ in questions {
                asked += 1
                if asked == 64 { break }
            }
            await #expect(throws: Shortage.ofLookups) { try await lookup.addresses("lost.example") }
            #expect(try await lookup.addresses("other.example") == [address])
            for _ in 0..<64 { gate.signal() }
            for try await addresses in waiting { #expect(addresses == [address]) }
        }
    }
}
