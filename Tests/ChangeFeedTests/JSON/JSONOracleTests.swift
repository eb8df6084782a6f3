// Our reader against Foundation's, on random texts.

import Testing

@testable import ChangeFeed

@Suite("JSON against Foundation's reader")
struct JSONOracleTests {
    @Test("Random texts have the same values", arguments: 0..<20 as Range<UInt64>)
    func values(seed: UInt64) throws {
        var generator = RandomJSON(seed: seed)
        for round in 0..<50 {
            let text = generator.value()
            let json = try #require(try? SampleRecords.json(text), "seed \(seed) round \(round): \(text)")
            guard case .accepts(let value) = FoundationOracle.verdict(on: Array(text.utf8), problem: nil) else {
                Issue.record("Foundation refuses: seed \(seed) round \(round): \(text)")
                continue
            }
            #expect(FoundationOracle.agrees(json, with: value), "seed \(seed) round \(round): \(text)")
        }
    }

    @Test("Damaged texts are accepted and refused alike", arguments: 0..<20 as Range<UInt64>)
    func damage(seed: UInt64) {
        var generator = RandomJSON(seed: seed &+ 1000)
        for round in 0..<100 {
            let text = generator.damaged(Array(generator.value().utf8))
            let comment: Comment = "seed \(seed) round \(round): \(String(decoding: text, as: UTF8.self)) \(text)"
            do {
                let json = try RawJSON.read(text)
                switch FoundationOracle.verdict(on: text, problem: nil) {
                case .accepts(let value): #expect(FoundationOracle.agrees(json, with: value), comment)
                case .rejects: Issue.record(comment)
                case .noOpinion: break
                }
            } catch {
                if case .accepts = FoundationOracle.verdict(on: text, problem: error) { Issue.record(comment) }
            }
        }
    }

    @Test("Foundation is laxer and stricter exactly where the oracle says so")
    func deviations() throws {
        func isWithoutOpinion(_ text: String) -> Bool {
            var problem: JSONProblem?
            do { _ = try RawJSON.read(Array(text.utf8)) } catch { problem = error }
            if case .noOpinion = FoundationOracle.verdict(on: Array(text.utf8), problem: problem) { return true }
            return false
        }
        for text in ["[1, ]", "{\"a\":1,}", "1e999", "\"\\uD800\""] { #expect(isWithoutOpinion(text), "\(text)") }
        for text in ["[1]", "[", "[,]", "\"\\u12\"", "01"] { #expect(!isWithoutOpinion(text), "\(text)") }
    }
}
