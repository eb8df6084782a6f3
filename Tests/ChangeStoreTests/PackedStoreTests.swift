import ChangeFeed
import EventStore
import StagedStores
import Foundation
import GRDB
import SimulatedWorld
import Testing

@testable import ChangeStore

@Suite("A packed store")
struct PackedStoreTests {
    private let fixture: StoreFixture
    private let opened: OpenStore

    init() throws {
        fixture = try StoreFixture()
        opened = try fixture.open()
    }

    private func contacts(_ count: Int) -> [String] {
        var world = SimulatedInstance(
            seed: 11, population: Population(contacts: count), keepsHistory: false, startingAt: opened.now)
        return world.visibleRecords(of: .contacts, at: opened.now).map { String(decoding: $0.json, as: UTF8.self) }
    }

    private func commit(_ records: [String], threshold: NewsThreshold = .beginning) throws {
        for from in stride(from: 0, to: records.count, by: 500) {
            let page = Array(records[from..<min(from + 500, records.count)])
            var commit = try opened.page(page, threshold: threshold, baseline: .walking(covered: 0, last: nil))
            commit.sighting = .list
            _ = try opened.store.commit(
                commit, to: [opened.endpoint], detectedAt: opened.now, at: opened.now)
        }
    }

    private func fileBytes() throws -> Int {
        opened.store.store.finish()
        let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path)
        return try #require(attributes[.size] as? Int)
    }

    @Test("A known record of 1,800 bytes takes 600 on disk at most")
    func knownRecords() throws {
        let records = contacts(5_000)
        #expect(records.reduce(0) { $0 + $1.utf8.count } / records.count > 1_700)
        try commit(records, threshold: .since(opened.now + .hours(1)))
        #expect(try fileBytes() / records.count <= 600)
    }

    @Test("A known record and its event in the queue take 1,500 at most, and are sent as they were")
    func events() throws {
        let records = contacts(5_000)
        try commit(records)
        let sent = try opened.due(500).map { String(decoding: $0.body, as: UTF8.self) }
        #expect(sent.count == 500)
        for (body, record) in zip(sent, records) { #expect(body.contains("\"record\":\(record),\"changes\":null}}")) }
        #expect(try fileBytes() / records.count <= 1_500)
    }

    @Test("Records that are known are compared as they were, and another process reads their events")
    func readAgain() throws {
        let records = contacts(600)
        try commit(records)
        let changed = try #require(records.last).replacing(#/"FIRST_NAME":"[^"]*"/#, with: #""FIRST_NAME":"Another""#)
            .replacing(#/"DATE_UPDATED_UTC":"[^"]*"/#, with: #""DATE_UPDATED_UTC":"2026-11-23 10:00:00""#)
        let summary = try opened.commit([changed])
        #expect(summary.updated == 1 && summary.relearned.isEmpty)
        let visitor = try SQLiteVisitor(path: fixture.path, account: "default", isReadOnly: true)
        let events = try visitor.events(limit: 50)
        #expect(String(decoding: try #require(events.first?.body), as: UTF8.self).contains("/FIRST_NAME"))
        #expect(events.allSatisfy { $0.body.first == UInt8(ascii: "{") })
    }

    @Test("A process that looks reads what a dictionary has packed that was trained after it began to look")
    func laterDictionary() throws {
        let visitor = try SQLiteVisitor(path: fixture.path, account: "default", isReadOnly: true)
        #expect(try visitor.events(limit: 50).isEmpty)
        try commit(contacts(300))
        #expect(try opened.store.store.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM dictionary") } == 1)
        #expect(try visitor.events(limit: 50).allSatisfy { !$0.body.isEmpty })
    }

    @Test("What an older version has written stays as it is, is read, and is packed when it changes")
    func olderRows() throws {
        let records = contacts(300)
        try commit(records)
        try opened.store.store.pool.write { db in
            try db.execute(sql: "UPDATE known_record SET content = unpacked(content)")
            try db.execute(sql: "UPDATE event SET body = unpacked(body)")
        }
        let plain = "SELECT count(*) FROM known_record WHERE substr(content, 1, 1) = CAST('{' AS BLOB)"
        #expect(try opened.store.store.pool.read { try Int.fetchOne($0, sql: plain) } == 300)
        let changed = records[7].replacing(#/"FIRST_NAME":"[^"]*"/#, with: #""FIRST_NAME":"Another""#)
            .replacing(#/"DATE_UPDATED_UTC":"[^"]*"/#, with: #""DATE_UPDATED_UTC":"2026-11-23 10:00:00""#)
        #expect(try opened.commit([changed]).updated == 1)
        #expect(try opened.store.store.pool.read { try Int.fetchOne($0, sql: plain) } == 299)
        #expect(try opened.due(400).allSatisfy { EventMessage(body: $0.body) != nil })
    }

    @Test("Events that fold are packed as well")
    func folding() throws {
        let folding = try opened.store.endpoint(
            named: "folding", rules: EndpointRules(coalesces: true), longestWait: .hours(1), at: opened.now)
        let records = contacts(300)
        try commit(records)
        for name in ["A", "B"] {
            let changed = records[7].replacing(#/"FIRST_NAME":"[^"]*"/#, with: "\"FIRST_NAME\":\"\(name)\"")
                .replacing(#/"DATE_UPDATED_UTC":"[^"]*"/#, with: #""DATE_UPDATED_UTC":"2026-11-23 10:00:00""#)
            _ = try opened.store.commit(
                try opened.page([changed]), to: [folding], detectedAt: opened.now, at: opened.now)
        }
        let row = try opened.store.store.pool.read {
            try Row.fetchOne($0, sql: "SELECT base, body, unpacked(base) AS whole FROM fold")
        }
        let fold = try #require(row)
        #expect(fold.bytes("base").first == 2 && fold.bytes("body").first == 2)
        #expect(fold.bytes("whole") == Array(records[7].utf8))
        let told = try #require(try opened.store.claim(of: folding, limit: 1, at: opened.now).first)
        #expect(String(decoding: told.body, as: UTF8.self).contains(#""to":"B""#))
    }
}
