// No connection goes to an address that may not be called.

import ChangeFeed
import NIOSSL
import ScriptedPeer
import Synchronization
import Testing
import WebhookDelivery

@Suite("Addresses dialled", .timeLimit(.minutes(60)))
struct AddressCheckTests {
    private let ok: [[Step]] = [[.answer("200 OK")]]
    private let somewherePublic = IPAddress("93.184.215.14")

    @Test(
        "Loopback is refused without a connection, by address and by name, in every spelling",
        arguments: [
            "127.0.0.1", "localhost", "127.1", "0177.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0",
        ], ["http", "https"])
    func loopbackRefused(host: String, scheme: String) async throws {
        try await ScriptedPeer.listening(answering: ok) { peer in
            try await withSender(nowhere) { sender in
                let outcome = await sender.post(.sample(url: "\(scheme)://\(host):\(peer.port)/"))
                #expect(outcome.verdict == .failed(.forbidden))
                #expect(outcome.detail?.hasSuffix(" is not public") == true)
            }
            // Connections are accepted in their order: were there one before this, it would have been counted too.
            #expect(try await withSender { await $0.post(.sample(to: peer)) }.answered == 200)
            #expect(peer.connections == 1)
        }
    }

    @Test(
        "Literals of private networks are refused",
        arguments: [
            "10.0.0.1", "192.168.1.1", "172.20.0.1", "169.254.169.254", "100.100.100.200", "[::1]", "[fd00:ec2::254]",
            "[fe80::1]", "[64:ff9b::a00:1]", "[::]",
        ])
    func privateLiterals(host: String) async throws {
        try await withSender(nowhere) { sender in
            #expect(await sender.post(.sample(url: "http://\(host)/")).verdict == .failed(.forbidden))
        }
    }

    @Test(
        "localhost means the loopback that is allowed, also where the name stands for both",
        arguments: ["localhost", "LOCALHOST"])
    func localhost(host: String) async throws {
        try await ScriptedPeer.listening(answering: ok) { peer in
            let both = HostLookup { _ in ["::1", "127.0.0.1"].compactMap { IPAddress($0) } }
            try await withSender(AddressGuard(allowed: [IPNetwork("127.0.0.0/8")].compactMap { $0 }), lookup: both) {
                sender in
                #expect(await sender.post(.sample(url: "http://\(host):\(peer.port)/")).answered == 200)
            }
        }
    }

    @Test("An allowed network may be called, and no other", arguments: [("127.0.0.0/8", true), ("10.0.0.0/8", false)])
    func allowedNetworks(network: String, called: Bool) async throws {
        let allowed = AddressGuard(allowed: [try #require(IPNetwork(network))])
        try await ScriptedPeer.listening(answering: ok) { peer in
            let outcome = try await withSender(allowed) { await $0.post(.sample(to: peer)) }
            #expect(outcome.verdict == (called ? .answered(status: 200) : .failed(.forbidden)))
        }
    }

    @Test(
        "What was looked up and checked is what is dialled: the name is not asked for again",
        arguments: ["http", "https"])
    func dialsWhatWasChecked(scheme: String) async throws {
        let certificate = TestCertificate.localhost
        let tls = scheme == "https" ? try certificate.serverContext() : nil
        let answer: [[Step]] = [[.answer("200 OK")]]
        try await ScriptedPeer.listening(answering: answer, tls: tls) { peer in
            // For the machine itself `localhost` leads to the peer.
            let elsewhere = HostLookup { _ in [IPAddress("192.0.2.1")].compactMap { $0 } }
            let documentation = AddressGuard(allowed: [IPNetwork("192.0.2.0/24")].compactMap { $0 })
            try await withSender(documentation, timeout: .milliseconds(100), lookup: elsewhere) { sender in
                let outcome = await sender.post(.sample(url: "\(scheme)://localhost:\(peer.port)/"))
                #expect(outcome.failure != nil)
            }
            // Connections are accepted in their order: were there one before this, it would have been counted too.
            let outcome = try await withSender(tls: certificate.clientConfiguration()) {
                await $0.post(.sample(url: "\(scheme)://localhost:\(peer.port)/"))
            }
            #expect(outcome.answered == 200)
            #expect(peer.connections == 1)
        }
    }

    @Test("The receiver is still called by its name: in Host, and in TLS", arguments: ["http", "https"])
    func keepsTheName(scheme: String) async throws {
        // A name that no resolver knows, but ours does.
        let certificate = TestCertificate.elsewhere
        let tls = scheme == "https" ? try certificate.serverContext() : nil
        try await ScriptedPeer.listening(answering: [[.answer("200 OK")]], tls: tls) { peer in
            let lookup = HostLookup { _ in [IPAddress("127.0.0.1")].compactMap { $0 } }
            let outcome = try await withSender(lookup: lookup, tls: certificate.clientConfiguration()) {
                await $0.post(.sample(url: "\(scheme)://receiver.example:\(peer.port)/"))
            }
            #expect(outcome.answered == 200)
            let request = await peer.requests.first { _ in true }
            #expect(request?.headers["host"] == "receiver.example:\(peer.port)")
        }
    }

    @Test("An address that cannot be reached is passed over for the next, and is not the first choice again")
    func nextAddress() async throws {
        try await ScriptedPeer.listening(answering: ok) { peer in
            let addresses = ["127.0.0.2", "127.0.0.1"].compactMap { IPAddress($0) }
            try await withSender(lookup: HostLookup { _ in addresses }) { sender in
                for _ in 1...2 {
                    let outcome = await sender.post(.sample(url: "http://two.invalid:\(peer.port)/"))
                    #expect(outcome.answered == 200)
                }
            }
            #expect(peer.connections == 1)
        }
    }

    @Test("An address that cannot be called from here is passed over, and alone it is a refusal that says so")
    func noWay() async throws {
        // It means an address of each network, and so none.
        let lacksItsZone = try #require(IPAddress("fe80::1"))
        let allowed = AddressGuard(allowed: ["127.0.0.0/8", "fe80::/10"].compactMap { IPNetwork($0) })
        try await ScriptedPeer.listening(answering: ok) { peer in
            let both = [lacksItsZone] + ["127.0.0.1"].compactMap { IPAddress($0) }
            try await withSender(allowed, lookup: HostLookup { _ in both }) { sender in
                #expect(await sender.post(.sample(url: "http://two.invalid:\(peer.port)/")).answered == 200)
            }
        }
        try await withSender(allowed, lookup: HostLookup { _ in [lacksItsZone] }) { sender in
            let outcome = await sender.post(.sample(url: "http://one.invalid:9/"))
            #expect(outcome.verdict == .failed(.refused))
            #expect(outcome.detail?.hasPrefix("this machine has no way to fe80::1") == true)
        }
    }

    @Test("One address that refuses tells more than another whose family may be switched off here")
    func eitherFamily() async throws {
        let port = try #require(DeafPort())
        for addresses in [["127.0.0.1", "::1"], ["::1", "127.0.0.1"]] {
            let lookup = HostLookup { _ in addresses.compactMap { IPAddress($0) } }
            try await withSender(lookup: lookup) { sender in
                let outcome = await sender.post(.sample(url: "http://two.invalid:\(port.number)/"))
                #expect(outcome.verdict == .failed(.refused))
            }
        }
        withExtendedLifetime(port) {}
    }

    @Test("A connection to an address that the name has no more is ended")
    func formerAddress() async throws {
        try await ScriptedPeer.listening(answering: ok) { peer in
            let lookups = Mutex(0)
            let lookup = HostLookup { _ in
                let number = lookups.withLock { lookups in
                    lookups += 1
                    return lookups
                }
                return ["127.0.0.\(number)"].compactMap { IPAddress($0) }
            }
            try await withSender(lookup: lookup, lookupMemory: .zero) { sender in
                let url = "http://moves.invalid:\(peer.port)/"
                #expect(await sender.post(.sample(url: url)).answered == 200)
                #expect(await sender.post(.sample(url: url)).failure == .refused)
                #expect(await peer.endings.first { _ in true } != nil)
            }
        }
    }

    @Test("That a connection to a former address was ended teaches nothing of how long others may lie idle")
    func formerAddressTeachesNothing() async throws {
        try await ScriptedPeer.listening(answering: ok) { peer in
            let places = Mutex([1, 2, 1, 1][...])
            let lookup = HostLookup { _ in
                let place = places.withLock { $0.popFirst() } ?? 1
                return ["127.0.0.\(place)"].compactMap { IPAddress($0) }
            }
            let answers = try await withSender(lookup: lookup, lookupMemory: .zero) { sender in
                var answers: [Int?] = []
                for _ in 1...4 {
                    answers.append(await sender.post(.sample(url: "http://moves.invalid:\(peer.port)/")).answered)
                }
                return answers
            }
            #expect(answers == [200, nil, 200, 200])
            #expect(peer.connections == 2)
        }
    }

    @Test("One forbidden address among several is enough to refuse a name")
    func mixedAddresses() async throws {
        let addresses = [try #require(somewherePublic), try #require(IPAddress("127.0.0.1"))]
        try await ScriptedPeer.listening(answering: ok) { peer in
            try await withSender(nowhere, lookup: HostLookup { _ in addresses }) { sender in
                let outcome = await sender.post(.sample(url: "http://localhost:\(peer.port)/"))
                #expect(outcome.verdict == .failed(.forbidden))
            }
            #expect(try await withSender { await $0.post(.sample(to: peer)) }.answered == 200)
            #expect(peer.connections == 1)
        }
    }

    @Test("Attempts that follow each other look a good name up once, and a bad one each time")
    func lookupsRemembered() async throws {
        let lookups = Mutex(0)
        let lookup = HostLookup { host in
            lookups.withLock { $0 += 1 }
            return [IPAddress("127.0.0.1")].compactMap { $0 }
        }
        try await ScriptedPeer.listening(answering: ok) { peer in
            let url = "http://localhost:\(peer.port)/"
            try await withSender(lookup: lookup) { sender in
                for _ in 1...3 { #expect(await sender.post(.sample(url: url)).answered == 200) }
            }
            #expect(lookups.withLock { $0 } == 1)
            try await withSender(nowhere, lookup: lookup) { sender in
                for _ in 1...3 { #expect(await sender.post(.sample(url: url)).verdict == .failed(.forbidden)) }
            }
            #expect(lookups.withLock { $0 } == 4)
        }
    }

    @Test("A Unix socket is no receiver")
    func unixSockets() async throws {
        try await withSender { sender in
            #expect(await sender.post(.sample(url: "http+unix://%2Frun%2Fdocker.sock/")).verdict == .failed(.dns))
        }
    }
}
