import ChangeFeed
import Foundation
import SimulatedWorld
import Testing

@testable import StoredForms

@Suite("Packing bytes")
struct PackingTests {
    private let packing = Packing()

    /// Random bytes that repeat themselves as JSON does, or not at all.
    private func bytes(_ random: inout some RandomNumberGenerator) -> [UInt8] {
        let words = ["{\"LAST_NAME\":", "\"Huber\"", "null,", "\u{0}\u{1}\u{2}", "366638973", "}", "é", "\u{7}", " "]
        return (0..<Int.random(in: 0..<200, using: &random)).flatMap { _ in
            Bool.random(using: &random)
                ? Array(words.randomElement(using: &random)!.utf8) : [UInt8.random(in: 0...255, using: &random)]
        }
    }

    private func dictionary(_ number: UInt32, name: String = "NAME") throws -> PackingDictionary {
        let samples = (0..<300).map {
            Array(
                #"{"\#(name)":\#($0 * 7919),"PHONE_\#(name)":"+43 \#($0)","EMAIL_\#(name)":null,"A":\#($0 % 3)}"#.utf8)
        }
        let bytes = try #require(PackingDictionary.trained(by: samples))
        return try #require(PackingDictionary(number: number, bytes: bytes))
    }

    @Test("What is unpacked is what was packed, by itself or by a dictionary", arguments: 0..<8 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let dictionary = try dictionary(300)
        packing.learn(dictionary)
        for _ in 0..<300 {
            let bytes = bytes(&random)
            for dictionary in [nil, dictionary] {
                let packed = bytes.withUnsafeBytes { packing.pack($0, by: dictionary) }
                #expect(packing.unpack(packed) == bytes)
                #expect(packed.count <= bytes.count + 1)
            }
        }
    }

    @Test("Those who share what zstd works with use one in turn, and none knows the dictionaries of another")
    func shared() throws {
        let contexts = PackingContexts()
        let bytes = Array(String(repeating: "{\"A\":null}", count: 100).utf8)
        let (first, second) = (Packing(contexts), Packing(contexts))
        let dictionary = try dictionary(300)
        first.learn(dictionary)
        for packing in [first, second, first] {
            let packed = bytes.withUnsafeBytes { packing.pack($0, by: nil) }
            #expect(packing.unpack(packed) == bytes)
        }
        #expect(contexts.count == 1)
        let packed = bytes.withUnsafeBytes { first.pack($0, by: dictionary) }
        #expect(first.unpack(packed) == bytes)
        #expect(second.unpack(packed) == nil)
    }

    @Test("Texts of before stand for themselves, and so does what is too small to be worth it")
    func plain() {
        for text in ["{\"CONTACT_ID\":1}", "[1]", " {}", "\n{}", "\"a\"", "7", ""] {
            #expect(packing.unpack(Data(text.utf8)) == Array(text.utf8))
            #expect(Array(text.utf8).withUnsafeBytes { packing.pack($0, by: nil) } == Data(text.utf8))
        }
        let long = Array(String(repeating: "{\"A\":null}", count: 100).utf8)
        #expect(packing.unpack(Data(long)) == long)
    }

    @Test(
        "The forms are those of the first version",
        arguments: [(nil, [1]), (258, [2, 0, 0, 1, 2])] as [(UInt32?, [UInt8])])
    func heads(number: UInt32?, head: [UInt8]) {
        #expect(PackedForm.head(ofFrameBy: number) == head)
        let form = (head + [9]).withUnsafeBytes { PackedForm(of: $0) }
        let frame = head.count..<(head.count + 1)
        #expect(form == (number.map { .byDictionary(number: $0, frame: frame) } ?? .alone(frame: frame)))
    }

    @Test("A byte that changed anywhere is noticed: never other bytes than those packed", arguments: [false, true])
    func damaged(byDictionary: Bool) throws {
        let dictionary = byDictionary ? try dictionary(1) : nil
        dictionary.map(packing.learn)
        let bytes = Array((0..<20).map { "{\"NAME\":\($0 * 7919),\"PHONE_NAME\":\"+43 \($0)\"}" }.joined().utf8)
        let packed = bytes.withUnsafeBytes { packing.pack($0, by: dictionary) }
        try #require(packed.count < bytes.count)
        for index in packed.indices {
            for flipped in [UInt8(1), 0x10, 0x80, 0xFF] {
                var damaged = packed
                damaged[index] ^= flipped
                // What does not begin with a mark any more stands for itself, and is no record.
                let isPlain = index == 0 && (damaged[0] == 0 || !PackedForm.marks.contains(damaged[0]))
                #expect(isPlain || packing.unpack(damaged).map { $0 == bytes } ?? true)
            }
        }
        for count in 1..<packed.count { #expect(packing.unpack(packed.prefix(count)) == nil) }
    }

    @Test("What another dictionary has packed is not unpacked by this one, nor without any")
    func otherDictionary() throws {
        let bytes = Array((0..<20).map { "{\"NAME\":\($0 * 7919),\"PHONE_NAME\":\"+43 \($0)\"}" }.joined().utf8)
        let packed = try bytes.withUnsafeBytes { packing.pack($0, by: try dictionary(1)) }
        #expect(packing.unpack(packed) == nil)
        #expect(packing.lacksDictionaries)
        packing.learn(try dictionary(1, name: "OTHER"))
        #expect(packing.unpack(packed) == nil)
    }

    @Test("A length that was damaged asks for no memory")
    func length() {
        // A frame that claims 2^62 bytes, in one raw block of one byte.
        let claim: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x09, 0, 0, 0x41]
        #expect(packing.unpack(Data([1] + claim)) == nil)
        for mark in PackedForm.marks where mark > 2 { #expect(packing.unpack(Data([mark, 0x41])) == nil) }
    }

    @Test("Threads pack and unpack at once")
    func threads() throws {
        let dictionary = try dictionary(1)
        packing.learn(dictionary)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            var random = SeededGenerator(seed: UInt64(thread))
            for _ in 0..<200 {
                let bytes = bytes(&random)
                #expect(packing.unpack(bytes.withUnsafeBytes { packing.pack($0, by: dictionary) }) == bytes)
            }
        }
    }
}
