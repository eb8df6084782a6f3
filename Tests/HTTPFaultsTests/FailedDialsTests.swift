import HTTPFaults
import NIOCore
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("FailedDials")
struct FailedDialsTests {
    /// What is told of these errors of connecting, in this order; of IPv6 where there is a colon.
    private func told(_ errors: [(address: String, code: CInt)], withoutIPv6: Bool = false) throws -> (any Error)? {
        var dials = FailedDials()
        for (address, code) in errors {
            dials.add(
                IOError(errnoCode: code, reason: "connect"), of: try SocketAddress(ipAddress: address, port: 443),
                hasWay: { !withoutIPv6 || $0.protocol == .inet })
        }
        return dials.telling
    }

    @Test("What another end did is told before what is lacking here, whichever came first")
    func realFailureWins() throws {
        for code in [EMFILE, ENFILE, ENOMEM, ENOBUFS, EADDRNOTAVAIL] {
            for errors in [
                [("2001:db8::1", code), ("192.0.2.1", ECONNREFUSED)],
                [("192.0.2.1", ECONNREFUSED), ("2001:db8::1", code)],
            ] {
                #expect((try told(errors) as? IOError)?.errnoCode == ECONNREFUSED)
            }
            #expect(try told([("192.0.2.1", code)]).flatMap { Shortage($0) } != nil)
        }
    }

    @Test("An address that cannot be called from here is no shortage, and hides neither one nor a failure")
    func familySwitchedOff() throws {
        for code in [EADDRNOTAVAIL, ENETUNREACH, EAFNOSUPPORT] {
            let alone = try told([("2001:db8::1", code)], withoutIPv6: true)
            #expect(alone is NoWay && alone.flatMap { Shortage($0) } == nil)
            #expect("\(try #require(alone))".hasPrefix("this machine has no way to 2001:db8::1 ("))
            for other in [ECONNREFUSED, EMFILE] {
                let both = [("192.0.2.1", other), ("2001:db8::1", code)]
                #expect((try told(both, withoutIPv6: true) as? IOError)?.errnoCode == other)
                #expect((try told(both.reversed(), withoutIPv6: true) as? IOError)?.errnoCode == other)
            }
        }
    }

    @Test("Loopback can be called from here, and a link-local address without its zone cannot")
    func ways() throws {
        #expect(FailedDials.hasWay(to: try SocketAddress(ipAddress: "127.0.0.1", port: 443)))
        #expect(!FailedDials.hasWay(to: try SocketAddress(ipAddress: "fe80::1", port: 443)))
    }
}
