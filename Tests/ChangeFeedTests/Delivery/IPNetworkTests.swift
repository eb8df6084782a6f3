import ChangeFeed
import Testing

@Suite("IPNetwork")
struct IPNetworkTests {
    @Test(
        "A network holds what shares its prefix, to the bit",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false),
            ("172.16.0.0/12", "172.31.255.255", true), ("172.16.0.0/12", "172.32.0.0", false),
            ("192.0.2.128/25", "192.0.2.127", false), ("192.0.2.128/25", "192.0.2.255", true),
            ("192.0.2.6/31", "192.0.2.7", true), ("192.0.2.6/31", "192.0.2.8", false),
            ("192.0.2.7/32", "192.0.2.7", true), ("192.0.2.7/32", "192.0.2.6", false), ("0.0.0.0/0", "9.9.9.9", true),
            ("fe80::/10", "febf::1", true), ("fe80::/10", "fec0::1", false), ("::/0", "2001:db8::1", true),
            ("2001:db8::1/128", "2001:db8::1", true), ("2001:db8::1/128", "2001:db8::2", false),
        ])
    func prefixes(network: String, address: String, inside: Bool) throws {
        let network = try #require(IPNetwork(network))
        #expect(network.contains(try #require(IPAddress(address))) == inside)
    }

    @Test("An address alone is a network of one")
    func single() throws {
        #expect(IPNetwork("192.0.2.1") == IPNetwork("192.0.2.1/32"))
        #expect(IPNetwork("2001:db8::1") == IPNetwork("2001:db8::1/128"))
    }

    @Test("Bits after the prefix do not count")
    func carelessPrefix() throws {
        let network = try #require(IPNetwork("10.1.2.3/8"))
        #expect(network.contains(try #require(IPAddress("10.200.0.1"))))
        #expect(network == IPNetwork("10.0.0.0/8"))
        #expect(IPNetwork("fd12:3456::1/7")?.description == "fc00::/7")
    }

    @Test("A network of one family holds nothing of the other")
    func families() throws {
        #expect(try !#require(IPNetwork("0.0.0.0/0")).contains(#require(IPAddress("::1"))))
        #expect(try !#require(IPNetwork("::/0")).contains(#require(IPAddress("127.0.0.1"))))
    }

    @Test(
        "What is no network is not taken for one",
        arguments: [
            "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0/8",
            "10.0.0.0/ 8", "10.0.0.0/99999999999999999999", "::/129", "a/8", "fe80::%eth0/10", "localhost",
            "010.0.0.0/8", "10.0.0.256", "fd00::1::2", "1:2:3:4:5:6:7", "g::1",
            "fe80::1%eth0", "::12345",
        ])
    func malformed(text: String) {
        #expect(IPNetwork(text) == nil)
    }

    @Test("A network is written as it is read")
    func description() throws {
        #expect(try #require(IPNetwork("10.0.0.0/8")).description == "10.0.0.0/8")
        #expect(try #require(IPNetwork("FD00:0::/8")).description == "fd00::/8")
    }
}
