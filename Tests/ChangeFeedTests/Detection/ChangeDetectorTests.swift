// Created, updated, or nothing to tell: every rule by which a record becomes an event.

import Testing

@testable import ChangeFeed

@Suite("Detecting changes of known records")
struct KnownRecordDetectionTests {
    private let stored = SampleRecords.contact()

    private func examine(
        _ text: String, stored: String? = nil, lastSeen: String? = nil, isDeleted: Bool = false,
        ignored: [IgnoredField] = []
    ) throws -> Finding {
        var plan = SamplePlans.contacts()
        plan.ignoredFields = ignored
        let content = Array((stored ?? self.stored).utf8)
        let fingerprint = Fingerprint(of: lastSeen.map { Array($0.utf8)[...] } ?? content[...])
        let known = KnownSummary(version: 3, fingerprint: fingerprint, presence: isDeleted ? .deleted : .listed)
        let seen = try #require(SeenRecord(try SampleRecords.record(text), idField: plan.idField))
        return ChangeDetector(plan: plan, newsThreshold: .beginning, baselineIsComplete: true)
            .examine(seen, known: known) { content }
    }

    private func change(_ finding: Finding) throws -> Change {
        switch finding {
        case .changed(let change), .unstamped(let change): return change
        default: throw Expected(finding: finding)
        }
    }

    private struct Expected: Error { let finding: Finding }

    @Test("The same bytes are unchanged, and what is stored is not fetched")
    func unchanged() throws {
        let plan = SamplePlans.contacts()
        let seen = try #require(SeenRecord(try SampleRecords.record(stored), idField: plan.idField))
        let detector = ChangeDetector(plan: plan, newsThreshold: .beginning, baselineIsComplete: true)
        var fetches = 0
        let finding = detector.examine(seen, known: KnownSummary(version: 0, fingerprint: seen.fingerprint)) {
            fetches += 1
            return []
        }
        #expect(finding == .unchanged)
        #expect(fetches == 0)
    }

    @Test("A visible difference is an update with its diff, at the record's updated date")
    func updated() throws {
        let text = SampleRecords.contact(["LAST_NAME": "\"Hubert\"", "DATE_UPDATED_UTC": "\"2026-11-23 19:04:05\""])
        let change = try change(examine(text))
        #expect(change.kind == .updated)
        #expect(change.recordID == RecordID("366638973"))
        #expect(change.record.bytes.elementsEqual(text.utf8))
        #expect(change.changedAt == Instant(secondsSince1970: 1_795_460_645))
        #expect(change.changes?.map(\.path) == ["/LAST_NAME"])
        #expect(!change.restored)
    }

    @Test("A stamp that moved without a visible difference is no event")
    func stampOnly() throws {
        #expect(try examine(SampleRecords.contact(["DATE_UPDATED_UTC": "\"2026-11-23 19:04:05\""])) == .seenAgain)
    }

    @Test("An ETag alone, which every saving of a record moves, is no event; beside another change it is listed")
    func versionMark() throws {
        func tagged(_ tag: Int, _ name: String) -> String {
            String(SampleRecords.contact(["LAST_NAME": "\"\(name)\""]).dropLast()) + ",\"ETag\":\"\(tag)\"}"
        }
        #expect(try examine(tagged(2, "A"), stored: tagged(1, "A")) == .seenAgain)
        let both = try change(examine(tagged(2, "B"), stored: tagged(1, "A")))
        #expect(both.changes?.map(\.path) == ["/LAST_NAME", "/ETag"])
    }

    @Test("Another spelling of the same values is no event")
    func spellingOnly() throws {
        #expect(
            try examine(stored.replacing("\"Jörg\"", with: "\"J\\u00f6rg\"").replacing(",", with: " , ")) == .seenAgain)
    }

    @Test("A difference without a new stamp is an update of its own kind; a stamp that moved before counts as the last")
    func withoutStamp() throws {
        let (first, second) = ("\"2025-04-08 18:48:30\"", "\"2026-11-23 19:04:05\"")
        let plan = SamplePlans.contacts()
        func finding(
            stamp: String, lastStamp: String? = nil, readUpTo: Instant? = nil, readAt: Instant? = nil
        ) throws -> Finding {
            let text = SampleRecords.contact(["TAGS": "[]", "DATE_UPDATED_UTC": stamp])
            let seen = try #require(SeenRecord(try SampleRecords.record(text), idField: plan.idField))
            var known = KnownSummary(version: 3, fingerprint: Fingerprint(of: []))
            known.lastStamp = try lastStamp.flatMap {
                try SampleRecords.record(SampleRecords.contact(["DATE_UPDATED_UTC": $0])).instant(
                    of: #require(plan.updatedDate))
            }
            return ChangeDetector(
                plan: plan, newsThreshold: .beginning, baselineIsComplete: true, readUpTo: readUpTo, readAt: readAt
            ).examine(seen, known: known) { Array(stored.utf8) }
        }
        func isUnstamped(_ finding: Finding) throws -> Bool {
            #expect(try change(finding).changes?.count == 2)
            if case .unstamped = finding { return true }
            return false
        }
        #expect(try isUnstamped(finding(stamp: first)))
        #expect(try !isUnstamped(finding(stamp: second)))
        #expect(try isUnstamped(finding(stamp: second, lastStamp: second)))
        #expect(try !isUnstamped(finding(stamp: "null")), "a record without a stamp has none that could have moved")
        // What was saved while the last poll went on may have been saved again within the second.
        let stamp = Instant(secondsSince1970: 1_744_138_110)
        #expect(try !isUnstamped(finding(stamp: first, readUpTo: stamp)))
        #expect(try isUnstamped(finding(stamp: first, readUpTo: stamp + .seconds(2))))
        // It was stamped by a clock that was set back since: no edit after that has its stamp.
        #expect(try isUnstamped(finding(stamp: first, readUpTo: stamp - .hours(1), readAt: stamp - .minutes(30))))
        #expect(try !isUnstamped(finding(stamp: first, readUpTo: stamp - .hours(1), readAt: stamp)))
    }

    @Test("What only a GET by id holds is no change, seen in either order; what both hold is")
    func answerKinds() throws {
        let plan = SamplePlans.contacts()
        let detector = ChangeDetector(
            plan: plan, newsThreshold: .beginning, baselineIsComplete: true, onlyByID: ["BODY", "EMAILLINKS"])
        func examine(_ text: String, in answer: AnswerKind, over stored: String, in kind: AnswerKind) throws -> Finding
        {
            let seen = try #require(SeenRecord(try SampleRecords.record(text), idField: plan.idField))
            let known = KnownSummary(version: 1, fingerprint: Fingerprint(of: Array(stored.utf8)[...]), answer: kind)
            return detector.examine(
                seen, in: answer, known: known, pagesTell: { $0.hasSuffix("_NAME") || $0 == "TAGS" },
                content: { Array(stored.utf8) })
        }
        let base = String(SampleRecords.contact(["TAGS": "[]"]).dropLast())
        let full = base + #","BODY":"<p>","EMAILLINKS":[{"EMAIL_LINK_ID":1}]}"#
        let shown = ["}", #","BODY":null,"EMAILLINKS":null}"#, #","BODY":"","EMAILLINKS":[ ]}"#]
        for listed in shown.map({ base + $0 }) {
            #expect(try examine(full, in: .byID, over: listed, in: .page) == .seenAgain)
            #expect(try examine(listed, in: .page, over: full, in: .byID) == .seenInPage)
            let converted = full.replacing("2025-04-08 18:48:30", with: "2026-11-23 19:04:05")
                .replacing(#""PHONE":null"#, with: #""PHONE":"1""#)
                .replacing(#""TAGS":[]"#, with: #""TAGS":[{"TAG_NAME":"a"}]"#)
            let paths = try change(examine(converted, in: .byID, over: listed, in: .page)).changes?.map(\.path)
            #expect(paths == ["/PHONE", "/TAGS/a"])
            let emptied = listed.replacing("2025-04-08 18:48:30", with: "2026-11-23 19:04:05")
                .replacing(#""LAST_NAME":"Huber""#, with: #""LAST_NAME":null"#)
            let before = try change(examine(emptied, in: .page, over: full, in: .byID)).changes?.map(\.path)
            #expect(before == ["/LAST_NAME"], "pages tell names")
        }
        let otherBody = full.replacing("<p>", with: "<b>")
        #expect(try change(examine(otherBody, in: .byID, over: full, in: .byID)).changes?.map(\.path) == ["/BODY"])
    }

    @Test("Ignored fields alone are no event; with another change they are listed with it")
    func ignored() throws {
        let fields = [
            IgnoredField("LAST_ACTIVITY_DATE_UTC"), IgnoredField("/CUSTOMFIELDS/Score__c"), IgnoredField("TAGS"),
        ]
        let stamp = "\"2026-11-23 19:04:05\""
        let quiet = SampleRecords.contact(["LAST_ACTIVITY_DATE_UTC": stamp, "TAGS": "[]"])
        #expect(try examine(quiet, ignored: fields) == .seenAgain)
        let loud = SampleRecords.contact(["LAST_ACTIVITY_DATE_UTC": stamp, "TAGS": "[]", "PHONE": "\"1\""])
        let paths = try change(examine(loud, ignored: fields)).changes?.map(\.path)
        #expect(paths == ["/PHONE", "/LAST_ACTIVITY_DATE_UTC", "/TAGS/fair", "/TAGS/été~11~02"])
    }

    @Test("After a change that was no event, the next diff still leads from what was announced")
    func diffFromAnnounced() throws {
        let ignored = [IgnoredField("PHONE")]
        let between = SampleRecords.contact(["PHONE": "\"1\""])
        let now = SampleRecords.contact(["PHONE": "\"2\"", "LAST_NAME": "\"X\""])
        let changes = try change(examine(now, lastSeen: between, ignored: ignored)).changes
        #expect(changes?.map { $0.from?.text } == ["\"Huber\"", "null"])
        #expect(try examine(stored, lastSeen: between, ignored: ignored) == .seenAgain)
    }

    @Test("A deleted record that is there again was created, restored, even with the same bytes")
    func restored() throws {
        let change = try change(examine(stored, isDeleted: true))
        #expect(change.kind == .created)
        #expect(change.restored)
        #expect(change.changes == nil)
    }

    @Test("A change of a record whose stored state is damaged is an update with an unknown diff")
    func damaged() throws {
        let change = try change(examine(SampleRecords.contact(["PHONE": "1"]), stored: "{\"CONTACT_ID\":"))
        #expect(change.kind == .updated)
        #expect(change.changes == nil)
    }

    @Test("An error while fetching what is stored is passed on, not taken for damage")
    func fetchError() throws {
        struct StoreFailure: Error {}
        let plan = SamplePlans.contacts()
        let seen = try #require(SeenRecord(try SampleRecords.record(stored), idField: plan.idField))
        let known = KnownSummary(version: 1, fingerprint: Fingerprint(of: []))
        #expect(throws: StoreFailure.self) {
            try ChangeDetector(plan: plan, newsThreshold: .beginning, baselineIsComplete: true)
                .examine(seen, known: known) { throw StoreFailure() }
        }
    }
}

@Suite("Detecting records never seen before")
struct UnknownRecordDetectionTests {
    enum Expectation: Sendable { case created, updated, learned }

    /// 2026-11-23 19:04:05.5, with which stamps in whole seconds are compared.
    private let threshold = Instant(microsecondsSince1970: 1_795_460_645_500_000)

    private func outcome(_ finding: Finding) -> Expectation? {
        switch finding {
        case .changed(let change) where change.changes == nil && !change.restored:
            switch change.kind {
            case .created: .created
            case .updated: .updated
            case .deleted: nil
            }
        case .learned: .learned
        default: nil
        }
    }

    private func examine(
        created: String?, updated: String?, since threshold: NewsThreshold, baselineIsComplete: Bool
    ) throws -> Finding {
        let dates = [("DATE_CREATED_UTC", created), ("DATE_UPDATED_UTC", updated)].compactMap { name, time in
            time.map { ",\"\(name)\":\"2026-11-23 \($0)\"" }
        }
        let record = try SampleRecords.record("{\"CONTACT_ID\":1\(dates.joined())}")
        let plan = SamplePlans.contacts()
        return ChangeDetector(plan: plan, newsThreshold: threshold, baselineIsComplete: baselineIsComplete)
            .examine(try #require(SeenRecord(record, idField: plan.idField)), known: nil) { [] }
    }

    @Test("From the beginning, every record is created", arguments: [nil, "00:00:00"] as [String?], [true, false])
    func beginning(date: String?, baselineIsComplete: Bool) throws {
        let finding = try examine(
            created: date, updated: date, since: .beginning, baselineIsComplete: baselineIsComplete)
        #expect(outcome(finding) == .created)
    }

    @Test(
        "Its dates decide while the baseline is not complete",
        arguments: [
            // Created since the threshold.
            ("19:04:06", "19:04:06", .created), ("19:04:05", "19:04:05", .created), ("19:04:06", nil, .created),
            // Stamped since, and created so shortly before its stamp that this is its creation.
            ("19:03:58", "19:04:06", .created),
            // Existed before, and changed since: in the second of the threshold counts as since.
            ("19:03:54", "19:04:05", .updated), ("10:00:00", "19:04:06", .updated), ("19:03:55", "23:00:00", .updated),
            // Nothing says that it existed before.
            (nil, "19:04:05", .created), (nil, "23:00:00", .created),
            // Older than the threshold, or without dates.
            ("19:03:54", "19:04:04", .learned), ("19:03:55", "19:03:56", .learned),
            ("10:00:00", "10:00:00", .learned), ("19:03:54", nil, .learned),
            (nil, "19:04:04", .learned), (nil, nil, .learned),
        ] as [(String?, String?, Expectation)])
    func dates(created: String?, updated: String?, expected: Expectation) throws {
        let since = NewsThreshold.since(threshold)
        #expect(
            outcome(try examine(created: created, updated: updated, since: since, baselineIsComplete: false))
                == expected)
        // Where the baseline is complete, an unknown record that is not learned would be news of the same kind; one that
        // would have been learned was not there before.
        let complete = try examine(created: created, updated: updated, since: since, baselineIsComplete: true)
        #expect(outcome(complete) == (expected == .learned ? .created : expected))
    }

    @Test("A change carries the updated date, else the created date, else none")
    func changedAt() throws {
        func changedAt(_ created: String?, _ updated: String?) throws -> Int64? {
            guard
                case .changed(let change) = try examine(
                    created: created, updated: updated, since: .beginning, baselineIsComplete: false)
            else { return nil }
            return change.changedAt?.secondsSince1970
        }
        #expect(try changedAt("19:04:05", "19:04:07") == 1_795_460_647)
        #expect(try changedAt("19:04:05", nil) == 1_795_460_645)
        #expect(try changedAt(nil, nil) == nil)
    }

    @Test("A resource without an updated date goes by its created date, one without dates learns what it finds")
    func plansWithoutDates() throws {
        let record = try SampleRecords.record(SampleRecords.contact(["DATE_CREATED_UTC": "\"2026-11-23 19:04:06\""]))
        func finding(_ plan: ResourcePlan) throws -> Finding {
            ChangeDetector(plan: plan, newsThreshold: .since(threshold), baselineIsComplete: false)
                .examine(try #require(SeenRecord(record, idField: plan.idField)), known: nil) { [] }
        }
        #expect(try outcome(finding(SamplePlans.contacts(updatedDate: nil))) == .created)
        #expect(try outcome(finding(SamplePlans.contacts(updatedDate: nil, createdDate: nil))) == .learned)
    }
}
