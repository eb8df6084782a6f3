// What the tests of the pure world share: a moment to begin at, and ways to ask and to read.

import ChangeFeed
import Foundation
import Testing

@testable import SimulatedWorld

/// 2026-11-23T12:00:00Z
let noon = Instant(secondsSince1970: 1_795_435_200)

func makeWorld(
    seed: UInt64 = 7, population: Population = .small, faults: Faults = .none,
    _ adjust: (inout Quirks) -> Void = { _ in }
) -> SimulatedInstance {
    var quirks = Quirks()
    adjust(&quirks)
    return SimulatedInstance(seed: seed, population: population, quirks: quirks, faults: faults, startingAt: noon)
}

extension SimulatedInstance {
    /// A GET with the right key.
    mutating func get(_ path: String, _ query: KeyValuePairs<String, String> = [:], at time: Instant = noon)
        -> SimulatedAnswer
    {
        let target = RequestTarget(path: path, query: query.map { QueryItem($0.key, $0.value) })
        return respond(to: SimulatedRequest(target, apiKey: apiKey), at: time)
    }

    /// The ids in the pages of a search for everything changed after a time as the wire writes it.
    mutating func idsChanged(_ object: SimulatedObject, after time: String, at now: Instant = noon) throws -> [Int64] {
        let answer = get("/v3.1/\(object.path)/Search", ["updated_after_utc": time, "top": "500"], at: now)
        return try answer.records().map { try $0.id(of: object) }
    }
}

extension SimulatedAnswer {
    func records() throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [[String: Any]])
    }

    func record() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
    }

    func ids(of object: SimulatedObject) throws -> [Int64] {
        try records().map { try $0.id(of: object) }
    }

    var text: String { String(decoding: body, as: UTF8.self) }
}

extension [String: Any] {
    func id(of object: SimulatedObject) throws -> Int64 {
        let name = try #require(object.shape.fields.first { $0.content == .id }?.name)
        return try #require(self[name] as? NSNumber).int64Value
    }
}

extension RecordDocument {
    func parsed() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
    }
}

extension Commit {
    var numericID: Int64 { Int64(id.text) ?? 0 }
}
