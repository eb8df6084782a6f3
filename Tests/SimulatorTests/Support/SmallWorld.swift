// The instance that the tests of the server serve.

import ChangeFeed
import Foundation
import SimulatedWorld
import Testing

/// 2026-11-23T12:00:00Z
let noon = Instant(secondsSince1970: 1_795_435_200)

func makeWorld(population: Population = .small, faults: Faults = .none) -> SimulatedInstance {
    SimulatedInstance(seed: 7, population: population, faults: faults, startingAt: noon)
}

extension SimulatedInstance {
    /// A GET with the right key.
    mutating func get(_ path: String, _ query: KeyValuePairs<String, String> = [:], at time: Instant = noon)
        -> SimulatedAnswer
    {
        let target = RequestTarget(path: path, query: query.map { QueryItem($0.key, $0.value) })
        return respond(to: SimulatedRequest(target, apiKey: apiKey), at: time)
    }
}

extension SimulatedAnswer {
    func records() throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [[String: Any]])
    }

    func record() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
    }

    var text: String { String(decoding: body, as: UTF8.self) }
}
