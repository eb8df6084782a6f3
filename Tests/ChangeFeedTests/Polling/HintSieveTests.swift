import ChangeFeed
import Testing

@Suite("The sieve of hints")
struct HintSieveTests {
    private let start = Instant(secondsSince1970: 1_764_000_000)
    private let contacts = ResourceName("contacts")

    @Test("Of a flood one in a second comes through, of each resource")
    func flood() {
        var sieve = HintSieve()
        let through = (0..<1_000).count { sieve.lets(contacts, at: start + .milliseconds(10 * $0)) }
        #expect(through == 10)
        #expect(sieve.lets(ResourceName("leads"), at: start) == true)
    }

    @Test("The first hint after a request of the resource has left comes through at once")
    func afterARequest() {
        var sieve = HintSieve()
        #expect(sieve.lets(contacts, at: start) == true)
        #expect(sieve.lets(contacts, at: start + .milliseconds(200)) == false)
        sieve.asked(contacts)
        #expect(sieve.lets(contacts, at: start + .milliseconds(300)) == true)
        #expect(sieve.lets(contacts, at: start + .milliseconds(400)) == false)
    }

    @Test("A clock that was set back holds nothing back")
    func setBack() {
        var sieve = HintSieve()
        #expect(sieve.lets(contacts, at: start) == true)
        #expect(sieve.lets(contacts, at: start - .hours(1)) == true)
    }
}
