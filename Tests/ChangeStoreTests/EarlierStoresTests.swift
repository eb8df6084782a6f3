import ChangeFeed
import EventStore
import StagedStores
import Foundation
import GRDB
import Testing

@testable import ChangeStore

/// What each sample holds: Tests/EarlierStores/README.md. Those with something to send are tried with the real program.
@Suite("Stores of the first version")
struct EarlierStoresTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
    }

    /// Opens a sample as the one writer, with what the configuration named then.
    private func open(_ sample: String) throws -> OpenStore {
        let folder = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let restoring = Process()
        restoring.executableURL = URL(fileURLWithPath: "/bin/sh")
        restoring.arguments = ["\(folder)/EarlierStores/restore", sample, fixture.path]
        try restoring.run()
        restoring.waitUntilExit()
        try #require(restoring.terminationStatus == 0)
        return try fixture.open()
    }

    private func page(
        _ opened: OpenStore, of name: String, _ records: [[UInt8]], _ progress: ResourceProgress
    ) throws -> PageCommit {
        let plan = ResourcePlan(
            name: ResourceName(name), typeName: name, search: OpenStore.plan.search, listing: OpenStore.plan.listing,
            idField: FieldPath(name == "contacts" ? "CONTACT_ID" : "RECORD_ID"),
            updatedDate: OpenStore.plan.updatedDate, createdDate: OpenStore.plan.createdDate,
            interval: OpenStore.plan.interval)
        let seen = try records.map { try #require(SeenRecord(try RawRecord.read($0), idField: plan.idField)) }
        return PageCommit(
            plan: plan, records: seen, sighting: .list,
            detector: ChangeDetector(
                plan: plan, newsThreshold: progress.newsThreshold,
                baselineIsComplete: progress.baseline == .complete),
            progress: progress, budget: .init())
    }

    private func records(_ opened: OpenStore) throws -> [[UInt8]] {
        try opened.store.store.pool.read { db in
            try Row.fetchAll(db, sql: "SELECT content FROM known_record ORDER BY record_id").map { $0.bytes("content") }
        }
    }

    @Test("Records that were learned are known: only what changed since is told")
    func fresh() throws {
        let opened = try open("fresh")
        let progress = try #require(try opened.store.progress()[ResourceName("contacts")])
        #expect(progress.baseline == .complete)
        var records = try records(opened)
        #expect(records.count == 8)
        let again = try opened.store.commit(
            page(opened, of: "contacts", records, progress), to: [opened.endpoint],
            detectedAt: opened.now, at: opened.now)
        #expect(again.unchanged == 8 && again.events == 0)
        let text = String(decoding: records[3], as: UTF8.self)
        records[3] = Array(text.replacing(#/"LAST_NAME":"[^"]*"/#, with: #""LAST_NAME":"Another""#).utf8)
        let changed = try opened.store.commit(
            page(opened, of: "contacts", records, progress), to: [opened.endpoint],
            detectedAt: opened.now, at: opened.now)
        #expect(changed.unchanged == 7 && changed.updated == 1)
    }

    @Test("A first reading goes on after its 500 records, and tells of none of them")
    func baseline() throws {
        let opened = try open("baseline")
        let progress = try #require(try opened.store.progress()[ResourceName("Fruit__c")])
        guard case .walking(covered: 500, let last?) = progress.baseline else { throw UnexpectedProgress() }
        let records = try records(opened)
        let text = String(decoding: records[499], as: UTF8.self)
        #expect(text.contains("\(last)"))
        let next = Array(text.replacing("\(last)", with: "99999999").utf8)
        var page = try page(opened, of: "Fruit__c", records.suffix(1) + [next], progress)
        page.progress.baseline = .complete
        let summary = try opened.store.commit(
            page, to: [opened.endpoint], detectedAt: opened.now, at: opened.now)
        #expect(summary.unchanged == 1 && summary.learned == 1 && summary.events == 0)
    }

    @Test("Deletes that were held are held, and can be released")
    func held() throws {
        let opened = try open("held")
        let progress = try #require(try opened.store.progress()[ResourceName("contacts")])
        guard case .held = progress.presence.hold else { throw UnexpectedProgress() }
        #expect(try opened.store.presenceTallies()[ResourceName("contacts")]?.suspects == 40)
        let visitor = try SQLiteVisitor(path: fixture.path, account: "default", isReadOnly: false)
        #expect(try visitor.request(.release, of: ResourceName("contacts")) == .requested)
        #expect(try opened.store.requestedReleases().names == [ResourceName("contacts")])
    }

    private struct UnexpectedProgress: Error {}
}
