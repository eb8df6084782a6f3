import ChangeFeed
import Testing

@Suite("AddressGuard")
struct AddressGuardTests {
    private func permits(_ text: String, allowing networks: [String] = []) throws -> Bool {
        let guardian = AddressGuard(allowed: try networks.map { try #require(IPNetwork($0)) })
        return guardian.permits(try #require(IPAddress(text)))
    }

    @Test(
        "Public addresses may be called",
        arguments: ["8.8.8.8", "1.1.1.1", "223.255.255.254", "2606:4700::1111", "2a00:1450:4001::1", "2001:200::1"])
    func publicAddresses(text: String) throws {
        #expect(try permits(text))
    }

    @Test(
        "Both sides of a refused range may be called",
        arguments: [
            "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
            "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.255", "192.0.3.0",
            "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0",
            "203.0.112.255", "203.0.114.0", "168.63.129.15", "168.63.129.17", "2001:db7:ffff::", "2001:db9::",
            "2003::", "3ffe:ffff::", "3fff:1000::",
        ])
    func neighbours(text: String) throws {
        #expect(try permits(text))
    }

    @Test(
        "Addresses that lead inside may not",
        arguments: [
            "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
            "127.255.255.255", "169.254.0.0", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.0",
            "192.0.0.192", "192.0.2.255", "192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.0",
            "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1",
            "255.255.255.255", "168.63.129.16",
            "::", "::1", "::5", "100::1", "fc00::1", "fdff:ffff::1", "fe80::1", "fec0::1", "ff02::1", "2001::1",
            "2001:2::1", "2001:10::1", "2001:1ff:ffff::", "2001:db8::1", "2002:808:808::1", "3fff::1", "3fff:fff::",
            "4000::1", "5f00::1", "64:ff9b:1::1", "200::1",
        ])
    func inside(text: String) throws {
        #expect(try !permits(text))
    }

    @Test(
        "An IPv6 address that stands for an IPv4 one is what that one is",
        arguments: [("127.0.0.1", false), ("10.0.0.1", false), ("169.254.169.254", false), ("8.8.8.8", true)])
    func translated(inner: String, permitted: Bool) throws {
        #expect(try permits("::ffff:\(inner)") == permitted)
        #expect(try permits("64:ff9b::\(inner)") == permitted)
    }

    @Test(
        "Forms that only look translated lead nowhere, whatever is behind them",
        arguments: ["127.0.0.1", "10.0.0.1", "8.8.8.8"])
    func untranslated(inner: String) throws {
        #expect(try !permits("::\(inner)"))
        #expect(try !permits("::ffff:0:\(inner)"))
        #expect(try !permits("64:ff9b:1::\(inner)"))
    }

    @Test("A named network may be called, and only that")
    func allowed() throws {
        #expect(try permits("127.0.0.1", allowing: ["127.0.0.0/8"]))
        #expect(try permits("::1", allowing: ["::1/128"]))
        #expect(try permits("::ffff:10.0.0.1", allowing: ["10.0.0.0/24"]))
        #expect(try permits("64:ff9b::10.0.0.1", allowing: ["10.0.0.0/24"]))
        #expect(try permits("fd12::1", allowing: ["10.0.0.0/24", "fd12::/16"]))
        #expect(try !permits("10.0.1.1", allowing: ["10.0.0.0/24"]))
        #expect(try !permits("::1", allowing: ["127.0.0.0/8"]))
        #expect(try !permits("192.168.0.1", allowing: ["10.0.0.0/8", "fd12::/16"]))
    }

    @Test("localhost is the loopback that may be called, where only one may")
    func localhost() {
        func localhost(_ networks: String...) -> String? {
            AddressGuard(allowed: networks.compactMap(IPNetwork.init)).localhost?.description
        }
        #expect(localhost("127.0.0.0/8") == "127.0.0.1")
        #expect(localhost("::1/128", "10.0.0.0/8") == "::1")
        #expect(localhost("127.0.0.0/8", "::1/128") == nil)
        #expect(localhost() == nil)
    }
}
