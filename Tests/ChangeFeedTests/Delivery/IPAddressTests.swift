import ChangeFeed
import SimulatedWorld
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("IPAddress")
struct IPAddressTests {
    @Test(
        "Literals are read in every form they may have",
        arguments: [
            ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("::", "::"), ("::1", "::1"),
            ("1::", "1::"), ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("1:0:0:4:0:0:0:8", "1:0:0:4::8"), ("1:0:0:4:5:0:0:8", "1::4:5:0:0:8"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("::FFFF:c000:201", "::ffff:192.0.2.1"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1:2:3:4:5:6:7.8.9.10", "1:2:3:4:5:6:708:90a"),
            ("fe80::1%eth0", "fe80::1"),
        ])
    func literals(text: String, canonical: String) throws {
        #expect(try #require(IPAddress(text)).description == canonical)
    }

    @Test(
        "What only a resolver could make sense of is no literal",
        arguments: [
            "", ".", ":", ":::", "1", "127.1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "0x7f.0.0.1", "1.2.3.+4",
            "1.2.3.-4", " 1.2.3.4", "1.2.3.4 ", "1.2.3.", "٣.1.1.1", "1.2.3.4%eth0", "2130706433", "localhost",
            "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1::", "1::2::3", "12345::", "g::", "+1::",
            "1.2.3.4::", "::1.2.3.4:5", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "[::1]", ":1", "1:", "::1:",
        ])
    func otherTexts(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("Only 4 or 16 bytes are an address", arguments: 0...20)
    func lengths(count: Int) {
        #expect((IPAddress(bytes: [UInt8](repeating: 1, count: count)) != nil) == [4, 16].contains(count))
    }

    @Test(
        "What is written is read back as the same address, here and by the C library", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let bytes = (0..<(Bool.random(using: &random) ? 4 : 16)).map { _ in
                // Zeros often, so that runs of them come in every length and place.
                Bool.random(using: &random) ? 0 : UInt8.random(in: 0...255, using: &random)
            }
            let address = try #require(IPAddress(bytes: bytes))
            #expect(IPAddress(address.description) == address, "seed \(seed): \(bytes)")
            #expect(Self.readByC(address.description) == bytes, "seed \(seed): \(bytes)")
        }
    }

    @Test("Texts of the right letters are taken or refused as the C library does", arguments: [4, 5, 6] as [UInt64])
    func oracle(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces = ["0", "1", "12", "255", "256", "ffff", "1.2.3.4", ".", ".", ":", ":", ":", "::", "a", "00", "g"]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...17, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            #expect(IPAddress(text)?.bytes == Self.readByC(text), "seed \(seed): \(text)")
        }
    }

    private static func readByC(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        var sixteen = in6_addr()
        if inet_pton(AF_INET6, text, &sixteen) == 1 { return withUnsafeBytes(of: sixteen) { Array($0) } }
        return nil
    }
}
