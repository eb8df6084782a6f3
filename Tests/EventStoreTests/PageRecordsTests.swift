import ChangeFeed
import EventStore
import Testing

@Suite("The records of a page, without a store")
struct PageRecordsTests {
    private func page(_ records: [SeenRecord], _ sighting: Sighting = .search, reading: Reading? = nil) -> PageCommit {
        var page = PageCommit(
            plan: Sample.plan, records: records, sighting: sighting,
            detector: ChangeDetector(plan: Sample.plan, newsThreshold: .beginning, baselineIsComplete: true),
            progress: ResourceProgress(newsThreshold: .beginning, cursor: Sample.now, baseline: .complete),
            budget: .init())
        page.reading = reading
        return page
    }

    private func read(_ known: [(SeenRecord, Presence)]) -> PageRead {
        var read = PageRead()
        for (seen, presence) in known {
            read.known[seen.id] = KnownSummary(version: 3, fingerprint: seen.fingerprint, presence: presence)
            read.contents[seen.id] = Array(seen.record.bytes)
        }
        return read
    }

    private func writes(_ records: PageRecords) -> [RecordWrite] {
        for case .records(let writes, _) in records.writes(at: Sample.now) { return writes }
        return []
    }

    @Test("A record that stands in a page twice is another one the second time, and is written once")
    func twice() throws {
        let (first, second) = (try Sample.seen("1", "A"), try Sample.seen("1", "B", at: 11))
        let records = PageRecords(page([first, second, second]), of: Sample.resource, PageRead())
        #expect(records.summary.created == 1 && records.summary.updated == 1 && records.summary.unchanged == 1)
        #expect(records.tellings.map(\.version) == [1, 2])
        #expect(records.tellings[1].change.changes?.map { $0.from?.decodedString } == ["A"])
        let written = writes(records)
        #expect(written.count == 1 && written[0].before == nil && written[0].after.version == 2)
        #expect(written[0].content == second.record)
    }

    @Test("What has not changed is not written, unless it stands elsewhere now")
    func unchanged() throws {
        let (listed, suspect) = (try Sample.seen("1", "A"), try Sample.seen("2", "A"))
        let records = PageRecords(
            page([listed, suspect]), of: Sample.resource, read([(listed, .listed), (suspect, .suspect)]))
        #expect(records.tellings.isEmpty && records.summary.unchanged == 2 && records.returned == 1)
        let written = writes(records)
        #expect(written.map(\.id) == [suspect.id] && written[0].after.presence == .listed)
        #expect(written[0].content == nil && written[0].after.version == 3)
        // A search shows what a list had lacked: it is asked for again where the list lacks it once more.
        guard case .found(let found, 7) = records.writes(at: Sample.now)[0] else {
            Issue.record("nothing is noted as found")
            return
        }
        #expect(found == [suspect.id])
    }

    @Test("A change without a stamp waits for the end of its reading, and the known content stays as announced")
    func unstamped() throws {
        let (before, after) = (try Sample.seen("1", "A"), try Sample.seen("1", "B"))
        let records = PageRecords(
            page([after], .list, reading: .sweep), of: Sample.resource, read([(before, .listed)]))
        #expect(records.tellings.isEmpty && records.summary.unchanged == 1)
        let written = writes(records)
        #expect(written.count == 1 && written[0].content == nil && written[0].after.fingerprint == after.fingerprint)
        let kept = records.writes(at: Sample.now).compactMap { operation -> [UnstampedWrite]? in
            if case .keepUnstamped(let kept, _, Sample.now) = operation { kept } else { nil }
        }
        #expect(kept.first?.map(\.paths) == [["/NAME"]] && kept.first?.first?.reading == .sweep)
        // Outside of a reading it is told at once.
        let alone = PageRecords(page([after], .byID), of: Sample.resource, read([(before, .listed)]))
        #expect(alone.tellings.map(\.version) == [4])
    }

    @Test("A deleted record that is there again is created once more, and told as restored")
    func restored() throws {
        let seen = try Sample.seen("1", "A")
        let records = PageRecords(page([seen], .list), of: Sample.resource, read([(seen, .deleted)]))
        #expect(records.tellings.map(\.change.kind) == [.created] && records.tellings[0].change.restored)
        #expect(records.tellings[0].version == 4 && writes(records)[0].after.presence == .listed)
    }
}
