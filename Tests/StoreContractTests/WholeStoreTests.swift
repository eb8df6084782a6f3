// The store as its daemon holds it, and as those beside it open it, on every engine.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("A store as a whole", .onEveryEngine)
struct WholeStoreTests {
    private let place: StorePlace

    init() throws {
        place = try StorePlace()
    }

    @Test("It is new once, and there for nobody else before its daemon has made it")
    func new() throws {
        #expect(throws: StoreProblem.self) { _ = try place.visitor() }
        #expect(throws: StoreProblem.self) { _ = try place.location.openExisting() }
        do {
            let store = try place.location.open()
            #expect(
                store.isNew && store.warnings.count == place.warnings && store.location.place == place.location.place)
            try store.requireSameStore()
            store.finish()
        }
        #expect(try !place.location.open().isNew)
        #expect(try !place.location.openExisting().isNew)
        #expect(try place.visitor().place == place.location.place)
    }

    @Test("An account keeps the number and the identity that it was first seen with; titles are the configuration's")
    func accounts() throws {
        let store = try place.location.open()
        #expect(try store.accounts().isEmpty)
        #expect(try store.account(named: "b") == nil)
        let first = try store.account(named: "b", identity: "of-b", title: "B", under: nil).account
        let second = try store.account(named: "a", identity: "of-a").account
        #expect(first.identity == "of-b" && first.title == "B" && second.title == nil && first.id < second.id)
        let again = try store.account(named: "b", identity: "another").account
        #expect(again == StoredAccount(id: first.id, identity: "of-b"))
        #expect(try store.account(named: "b")?.account == again)
        #expect(try store.accounts().map(\.account) == [again, second])
        #expect(try store.account(named: "B") == nil)
    }

    @Test("Of which accounts something is asked is seen without looking at each")
    func asked() throws {
        let store = try place.location.open()
        for name in ["a", "b", "c"] { _ = try store.account(named: name, identity: name) }
        #expect(try store.accountsAsked().isEmpty)
        #expect(try place.visitor(of: "b").requestAPIResumption())
        _ = try place.visitor(of: "c").requestPoll(of: nil)
        let (b, c) = (try #require(try store.account(named: "b")), try #require(try store.account(named: "c")))
        #expect(try store.accountsAsked() == [b.account.id, c.account.id])
        try b.resumed(RequestBudget.Memory())
        #expect(try store.accountsAsked() == [c.account.id])
    }

    @Test("Nothing is left of an account to be let go, nor room to be given back, where nothing was kept")
    func tidiness() throws {
        let store = try place.location.open()
        #expect(try !store.dropUnneeded())
        #expect(try !store.giveRoomBack())
    }

    @Test("Another instance's records are compared with nothing; the same one by another name keeps all that is known")
    func instances() throws {
        let store = try place.location.open()
        let opened = try OpenStore(
            EngineUnderTest(engine: try store.account(named: "default", identity: "account-1")), at: place.now)
        try opened.commit([OpenStore.record(1, name: "A")])
        #expect(try !store.takeUp(instance: "theirs", anew: false, ofAccount: "nobody", at: place.now))
        #expect(try store.takeUp(instance: "Theirs", anew: false, ofAccount: "default", at: place.now))
        #expect(try opened.store.instance() == "theirs" && opened.store.progress().count == 1)
        #expect(try store.takeUp(instance: "others", anew: true, ofAccount: "default", at: place.now))
        #expect(try opened.store.progress().isEmpty)
        #expect(try store.account(named: "default")?.account.identity != "account-1")
        let words = store.anotherInstance(known: "ours", found: "theirs").description
        #expect(words.contains("ours") && words.contains("theirs"))
    }

    @Test("What a verb throws is no failure of the engine, and undoes what it has written")
    func thrown() throws {
        struct Refusal: Error {}
        let store = try place.location.open()
        let account = try store.account(named: "default", identity: "account-1")
        #expect(throws: Refusal.self) {
            try account.transact { store in
                try store.write([.instance("half")])
                throw Refusal()
            }
        }
        #expect(try account.instance() == nil && store.failure(behind: Refusal()) == nil)
        #expect(throws: StoreProblem.self) { try store.usable { throw Refusal() } }
        let visitor = try place.visitor()
        #expect(throws: StoreProblem.self) {
            try visitor.transact { store in
                try store.write([.instance("half")])
                throw Refusal()
            }
        }
        #expect(try visitor.look { try $0.instance() } == .some(nil))
    }
}
