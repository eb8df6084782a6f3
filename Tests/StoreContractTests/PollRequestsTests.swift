// That a resource is to be polled before its time: left in the store, and taken once.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("Polls that somebody asks for", .onEveryEngine)
struct PollRequestsTests {
    private let fixture: StorePlace
    private let opened: OpenStore

    init() throws {
        fixture = try StorePlace()
        opened = try fixture.open()
        try opened.commit([OpenStore.record(1, name: "A")])
    }

    private func ask(_ resource: String?, of account: String = "default") throws -> AskForPoll.Answer {
        try opened.store.transact {
            try AskForPoll(of: resource.map(ResourceName.init), account: account).run(in: $0)
        }
    }

    private func take() throws -> [String] {
        let asked = try opened.store.takePollRequests(of: opened.account)
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

    @Test("What was never polled, and an account that no daemon has used, are not asked for")
    func unknown() throws {
        #expect(try ask("leads") == .unknownResource)
        #expect(try ask("contacts", of: "another") == .neverUsed)
        #expect(try ask(nil, of: "another") == .neverUsed)
        #expect(try take() == [])
    }

    @Test("What is asked of one account is not taken by another")
    func accounts() throws {
        let other = try opened.store.account(named: "other", identity: "account-2")
        _ = try ask("contacts")
        #expect(try opened.store.takePollRequests(of: other).names.isEmpty)
        #expect(try ask(nil, of: "other") == .requested([]))
        #expect(try opened.store.takePollRequests(of: other).names.isEmpty)
        #expect(try take() == ["contacts"])
    }

    @Test("What cannot be read is forgotten, and said")
    func unreadable() throws {
        _ = try opened.store.transact { try $0.ask(.poll, wish: .held(HeldThings())) }
        _ = try opened.store.transact { try $0.ask(.poll) }
        let asked = try opened.store.takePollRequests(of: opened.account)
        #expect(asked.names.isEmpty && asked.dropped.count == 2)
        #expect(try opened.store.look { try $0.requests([.poll]) }.isEmpty)
    }

    @Test("Nothing is asked of a resource any more that was set aside")
    func setAside() throws {
        _ = try ask("contacts")
        let row = try #require(
            try opened.store.look { try $0.resource(named: OpenStore.plan.name, of: opened.account.id) })
        try opened.store.transact { try $0.write([.adopt(.setAside(row.id), at: opened.now)]) }
        #expect(try take() == [])
        #expect(try ask("contacts") == .unknownResource)
    }
}
