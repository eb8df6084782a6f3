// That a resource is to be polled before its time: left in the store, and taken once.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("Polls that somebody asks for", .onEveryEngine)
struct PollRequestsTests {
    private let fixture: StorePlace
    private let opened: OpenStore
    private let other: EngineUnderTest

    init() throws {
        fixture = try StorePlace()
        let engines = try fixture.engines(["default", "other"])
        opened = try OpenStore(engines[0], at: fixture.now)
        other = engines[1]
        try opened.commit([OpenStore.record(1, name: "A")])
    }

    private func ask(_ resource: String?) throws -> AskForPoll.Answer {
        try opened.store.transact { try AskForPoll(of: resource.map(ResourceName.init)).run(in: $0) }
    }

    private func take() throws -> [String] {
        let asked = try opened.store.takePollRequests()
        #expect(asked.dropped.isEmpty)
        return asked.names.map(\.text)
    }

    @Test(
        "A resource is found by any name of its object, and asked for under its own",
        arguments: ["contacts", "/Contact"])
    func named(name: String) throws {
        #expect(try ask(name) == .requested([OpenStore.plan.name]))
        #expect(try take() == ["contacts"])
    }

    @Test("What was taken is asked for no more")
    func once() throws {
        _ = try ask("contacts")
        #expect(try take() == ["contacts"])
        #expect(try take() == [])
        #expect(try opened.store.look { try $0.requests([.poll]) }.isEmpty)
    }

    @Test("All of an account are its resources, and whoever asks again meanwhile asks for nothing more")
    func all() throws {
        _ = try ask("contacts")
        #expect(try ask(nil) == .requested([OpenStore.plan.name]))
        _ = try ask(nil)
        _ = try ask("contacts")
        #expect(try opened.store.look { try $0.requests([.poll]) }.count == 2)
        #expect(try take() == ["contacts"])
        #expect(try opened.store.look { try $0.requests([.poll]) }.isEmpty)
    }

    @Test("What was never polled is not asked for")
    func unknown() throws {
        #expect(try ask("leads") == .unknownResource)
        #expect(try take() == [])
    }

    @Test("What is asked of one account is not taken by another")
    func accounts() throws {
        _ = try ask("contacts")
        #expect(try other.takePollRequests().names.isEmpty)
        #expect(try other.transact { try AskForPoll(of: nil).run(in: $0) } == .requested([]))
        #expect(try other.takePollRequests().names.isEmpty)
        #expect(try take() == ["contacts"])
    }

    @Test("What cannot be read is forgotten, and said")
    func unreadable() throws {
        _ = try opened.store.transact { try $0.ask(.poll, wish: .held(HeldThings())) }
        let asked = try opened.store.takePollRequests()
        #expect(asked.names.isEmpty && asked.dropped.count == 1)
        #expect(try opened.store.look { try $0.requests([.poll]) }.isEmpty)
    }

    @Test("Nothing is asked of a resource any more that was set aside")
    func setAside() throws {
        _ = try ask("contacts")
        let row = try #require(
            try opened.store.look { try $0.resource(named: OpenStore.plan.name) })
        try opened.store.transact { try $0.write([.adopt(.setAside(row.id), at: opened.now)]) }
        #expect(try take() == [])
        #expect(try ask("contacts") == .unknownResource)
    }
}
