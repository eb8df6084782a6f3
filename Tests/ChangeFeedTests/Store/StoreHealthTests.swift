import ChangeFeed
import Testing

@Suite("How the store fares")
struct StoreHealthTests {
    @Test("A trouble is news when it begins, not while it lasts, and once more when it is over")
    func beginsAndEnds() {
        var health = StoreHealth()
        #expect(health.succeeded(.count) == [])
        #expect(health.failed(.count, .locked) == [.began(.locked)])
        #expect(health.failed(.count, .locked) == [])
        #expect(health.failed(.commit, .locked) == [])
        #expect(health.troubles == [.locked])
        #expect(health.succeeded(.look) == [])
        #expect(health.succeeded(.commit) == [.ended(.locked)])
        #expect(health.troubles == [])
    }

    @Test("What passes is over for all once something could be written, and what does not stays with whom it befell")
    func passesForAll() {
        var health = StoreHealth()
        _ = health.failed(.tidy, .unreachable)
        _ = health.failed(.look, .unreachable)
        _ = health.failed(.commit, .full)
        #expect(health.succeeded(.look) == [])
        #expect(health.succeeded(.count) == [.ended(.unreachable)])
        #expect(health.troubles == [.full])
    }

    @Test("One trouble that becomes another ends and begins")
    func changes() {
        var health = StoreHealth()
        #expect(health.failed(.commit, .locked) == [.began(.locked)])
        #expect(health.failed(.commit, .full) == [.ended(.locked), .began(.full)])
    }

    @Test("Damage stays, for what can still be read lies elsewhere")
    func damageStays() {
        var health = StoreHealth()
        #expect(health.failed(.commit, .damaged) == [.began(.damaged)])
        #expect(health.succeeded(.commit) == [])
        #expect(health.failed(.commit, .damaged) == [])
        #expect(health.troubles == [.damaged])
    }

    @Test("There is no going on where counting or delivering finds damage again and again, and nowhere else")
    func hopeless() {
        for verb in StoreVerb.allCases {
            var health = StoreHealth()
            let notices = (0..<9).flatMap { _ in health.failed(verb, .damaged) }
            let isEssential = verb == .count || verb == .deliver
            #expect(notices == [.began(.damaged)] + (isEssential ? [.hopeless] : []), "\(verb)")
        }
        var health = StoreHealth()
        for _ in 0..<5 {
            #expect(!health.failed(.count, .damaged).contains(.hopeless))
            _ = health.succeeded(.count)
            #expect(!health.failed(.count, .locked).contains(.hopeless))
            _ = health.succeeded(.count)
        }
    }
}
