// One record in a world, and events that tell of it truly or not.

import ChangeFeed
import ChangeOracle
import ReceivedEvents
import SimulatedWorld
import Testing

/// A contact and what is told of it. Times are seconds since it was born.
struct Staging {
    private var world: SimulatedInstance
    private let id: Int64
    private var watch = Watch()
    private var sequence = 0
    private(set) var complaints: [String] = []

    private static let noon = Instant(secondsSince1970: 1_795_435_200)

    init() throws {
        world = SimulatedInstance(seed: 3, population: .empty, startingAt: Self.noon)
        id = Int64(try world.create(.contacts, at: Self.noon).id.text) ?? 0
    }

    mutating func change(_ field: String, _ value: FieldValue, at second: Int) throws {
        try world.update(.contacts, id, [.set(field, value)], at: Self.noon + .seconds(second))
    }

    mutating func touch(at second: Int) throws {
        try world.update(.contacts, id, [.touch], at: Self.noon + .seconds(second))
    }

    mutating func delete(at second: Int) throws { try world.delete(.contacts, id, at: Self.noon + .seconds(second)) }
    mutating func restore(at second: Int) throws { try world.restore(.contacts, id, at: Self.noon + .seconds(second)) }
    mutating func hide(at second: Int) throws { try world.hide(.contacts, id, at: Self.noon + .seconds(second)) }

    /// The record as it is now.
    func record() throws -> [UInt8] { try #require(world.history(of: .contacts, id).last).document.json }

    /// What the title of a state is, as JSON.
    func title(_ state: Int) -> String {
        let json = try? RawJSON.read(world.history(of: .contacts, id)[state - 1].document.json)
        return json?.member("TITLE").map { String(decoding: $0.bytes, as: UTF8.self) } ?? "null"
    }

    /// Takes an event of the record as it is now, or as told, that was committed at that second, read in a page or by
    /// its id.
    mutating func take(
        _ kind: String, record: [UInt8]? = nil, changes: [(path: String, from: String, to: String)]? = nil,
        restored: Bool = false, byID: Bool = false, at second: Int
    ) throws {
        sequence += 1
        let list = changes?.map { #"{"path":"\#($0.path)","from":\#($0.from),"to":\#($0.to)}"# }
        let text = """
            {"id":"evt_\(sequence)","type":"contact.\(kind)","data":{"sequence":\(sequence),"resource":"contacts",\
            "id":"\(id)","record":\(String(decoding: try record ?? self.record(), as: UTF8.self)),\
            "changes":\(list.map { "[\($0.joined(separator: ","))]" } ?? "null")\(restored ? #","restored":true"# : "")}}
            """
        let event = try #require(ReceivedEvent(body: Array(text.utf8)))
        complaints += watch.take(
            event, world: world, moment: .init(committed: Self.noon + .seconds(second), isReadByID: byID),
            newsThreshold: { _ in .beginning })
    }

    /// Somebody dismisses what is held.
    mutating func dismiss(at second: Int) { watch.dismiss(.contacts, at: Self.noon + .seconds(second)) }

    /// The complaints so far, which are then forgotten.
    mutating func takeComplaints() -> [String] {
        defer { complaints = [] }
        return complaints
    }

    /// What is missing now, without the name of the record.
    func missing(hasSeen: Bool = false, ignored: [String] = []) throws -> [String] {
        watch.missing(
            in: world, polled: [.contacts], lookout: .counts, ignored: ignored, hasSeen: { _, _ in hasSeen },
            newsThreshold: { _ in .beginning }
        ).map { String($0.dropFirst("contacts/\(id): ".count)) }
    }
}
