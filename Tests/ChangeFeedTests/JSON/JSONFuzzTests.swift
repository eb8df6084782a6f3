// Realistic pages with damaged bytes: never a crash, never another page than the one that was sent.

import Foundation
import Testing

@testable import ChangeFeed

/// `scripts/fuzz-json` runs this for longer, with `INSIGHTLY_WEBHOOKS_FUZZ_ROUNDS` and a seed of its own in
/// `INSIGHTLY_WEBHOOKS_FUZZ_SEED`.
@Suite("Fuzzed pages")
struct JSONFuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let rounds = environment["INSIGHTLY_WEBHOOKS_FUZZ_ROUNDS"].flatMap(Int.init) ?? 300
    private static let seed = environment["INSIGHTLY_WEBHOOKS_FUZZ_SEED"].flatMap(UInt64.init) ?? 1

    @Test("A damaged page is refused, or read as Foundation reads it")
    func damagedPages() throws {
        let pages = [
            SampleRecords.page([
                SampleRecords.contact(id: 1), SampleRecords.contact(id: 2, ["NOTE": "\"\\ud83d\\ude00\""]),
            ]),
            SampleRecords.page([SampleRecords.contact(), "{}", "{ \"CONTACT_ID\" : 1e0 }"]),
        ]
        var generator = RandomJSON(seed: Self.seed)
        for round in 0..<Self.rounds {
            let page = generator.damaged(pages.randomElement(using: &generator.random)!)
            let comment: Comment = "seed \(Self.seed) round \(round): \(Data(page).base64EncodedString())"
            check(page, comment)
            #expect(RecordOutlineTests.difference(page) == nil, comment)
        }
    }

    @Test("Records that are like each other, in part and damaged, are read as each of them is by itself")
    func likeRecords() {
        var generator = RandomJSON(seed: Self.seed)
        for round in 0..<Self.rounds {
            let record = Bool.random(using: &generator.random) ? generator.object(depth: 3) : SampleRecords.contact()
            var records = [Array(record.utf8)]
            for _ in 0..<3 {
                let isDamaged = Int.random(in: 0..<3, using: &generator.random) == 0
                records.append(isDamaged ? generator.damaged(records[0]) : generator.respelled(records[0]))
            }
            let page = Array("[".utf8) + Array(records.joined(separator: [ASCII.comma])) + Array("]".utf8)
            let comment: Comment = "seed \(Self.seed) round \(round): \(Data(page).base64EncodedString())"
            #expect(RecordOutlineTests.difference(page) == nil, comment)
        }
    }

    private func check(_ page: [UInt8], _ comment: Comment) {
        do {
            let records = try RecordPage.read(page).records
            switch FoundationOracle.verdict(on: page, problem: nil) {
            case .accepts(let value):
                guard let values = value as? [Any], values.count == records.count else {
                    Issue.record(comment)
                    return
                }
                #expect(zip(records, values).allSatisfy { FoundationOracle.agrees($0.json, with: $1) }, comment)
            case .rejects: Issue.record(comment)
            case .noOpinion: break
            }
            // What was accepted can be kept, read again, and compared with itself and with another.
            for record in records {
                let kept = try RawRecord.read(Array(record.bytes))
                #expect(RecordDiff.changes(from: kept, to: record).isEmpty, comment)
                _ = RecordDiff.changes(from: records[0], to: record, updatedDate: FieldPath("DATE_UPDATED_UTC"))
                _ = record.id(at: FieldPath("CONTACT_ID"))
            }
        } catch {
            switch error.fault {
            case .notAPage, .notARecord: break
            default:
                if case .accepts = FoundationOracle.verdict(on: page, problem: error) { Issue.record(comment) }
            }
        }
    }
}
