// The simulator's own controls beside the API, for tests that run it as a process; no key is asked for.
//
//     POST /simulator/edits     {"count":5,"kinds":["delete"]}   five edits now; of any kind without "kinds".
//                                                                Answers the journal lines, records included.
//     POST /simulator/freeze    {"frozen":true}                  the editor rests; true is meant by an empty body
//     POST /simulator/faults    {"rates":{"reset":0.05},"slowness_seconds":2}   these and no others; {} ends all
//     GET  /simulator/state                                      counts, edits not yet visible, whether frozen
//     GET  /simulator/state?resource=contacts                    the records that lists show, as an array
//     GET  /simulator/requests                                   how many, how fast, how many at once

import SimulatedWorld
import ChangeFeed
import FoundationEssentials

struct ControlRoutes {
    static let prefix = "/simulator/"
    static let largestBody = 64 * 1024

    let live: LiveInstance

    func answer(_ request: SimulatedRequest, body: [UInt8]) -> SimulatedAnswer {
        do {
            switch (request.method, request.path.dropFirst(Self.prefix.count)) {
            case ("POST", "edits"): return try edit(read(body))
            case ("POST", "freeze"): return try freeze(read(body))
            case ("POST", "faults"): return try setFaults(read(body))
            case ("GET", "state"): return try state(request.query)
            case ("GET", "requests"): return try requests()
            default: return .message(404, "no such control; there are edits, freeze, faults, state and requests")
            }
        } catch {
            return .message(400, "\(error)")
        }
    }

    private struct Edits: Decodable {
        var count: Int?
        var kinds: [String]?
    }

    private func edit(_ wish: Edits) throws -> SimulatedAnswer {
        let kinds = try wish.kinds.map { try $0.map { try known(EditKind.self, $0) } }
        let commits = live.change { instance, now in
            let mix = instance.editMix
            defer { instance.editMix = mix }
            if let kinds { instance.editMix = EditMix(Dictionary(kinds.map { ($0, 1) }, uniquingKeysWith: +)) }
            return (0..<max(0, wish.count ?? 1)).flatMap { _ in instance.edit(at: now) }
        }
        return array(commits.map { $0.journalLine(withRecord: true) })
    }

    private struct Freeze: Decodable {
        var frozen: Bool?
    }

    private func freeze(_ wish: Freeze) throws -> SimulatedAnswer {
        live.isFrozen = wish.frozen ?? true
        return try state([])
    }

    private struct FaultRates: Decodable {
        var rates: [String: Double]?
        var slowness_seconds: Double?
    }

    private func setFaults(_ wish: FaultRates) throws -> SimulatedAnswer {
        var faults = Faults()
        for (name, rate) in wish.rates ?? [:] { faults.rates[try known(Fault.self, name)] = rate }
        if let seconds = wish.slowness_seconds {
            guard (0...86_400).contains(seconds) else { throw Refusal("slowness_seconds is a number from 0 to 86400") }
            faults.slowness = .milliseconds(Int(seconds * 1000))
        }
        live.withInstance { instance, _ in instance.faults = faults }
        return .json(Array("{}".utf8))
    }

    private struct State: Encodable {
        var frozen: Bool
        var pending: Int
        var records: [String: Int]
    }

    private func state(_ query: [QueryItem]) throws -> SimulatedAnswer {
        if let name = query.first(where: { $0.name == "resource" })?.value {
            guard let object = SimulatedObject(named: name) else { throw Refusal("there is no resource \(name)") }
            return array(live.withInstance { $0.visibleRecords(of: object, at: $1).map(\.json) })
        }
        let isFrozen = live.isFrozen
        return try json(
            live.withInstance { instance, now in
                let counts = SimulatedObject.allCases.map { object in
                    (object.resource.text, instance.visibleRecords(of: object, at: now).count)
                }
                return State(
                    frozen: isFrozen, pending: instance.pendingCount,
                    records: Dictionary(uniqueKeysWithValues: counts))
            })
    }

    private struct Requests: Encodable {
        var count: Int
        var by_status: [String: Int]
        var quota_used: Int
        var in_flight: Int
        var highest_in_flight: Int
        var highest_in_one_second: Int
        var overlapping_polls: Int
    }

    private func requests() throws -> SimulatedAnswer {
        try json(
            live.withInstance { instance, _ in
                let log = instance.requests
                let statuses = log.countByStatus.map { (String($0.key), $0.value) }
                return Requests(
                    count: log.count, by_status: Dictionary(uniqueKeysWithValues: statuses),
                    quota_used: instance.quotaUsed, in_flight: log.inFlight, highest_in_flight: log.highestInFlight,
                    highest_in_one_second: log.highestCount(), overlapping_polls: log.overlappingPolls.count)
            })
    }
}

extension ControlRoutes {
    private struct Refusal: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    /// An empty body means an empty object.
    private func read<Wish: Decodable>(_ body: [UInt8]) throws -> Wish {
        do {
            return try JSONDecoder().decode(Wish.self, from: Data(body.isEmpty ? Array("{}".utf8) : body))
        } catch {
            throw Refusal("the body cannot be read: \(error)")
        }
    }

    private func known<Name: RawRepresentable & CaseIterable>(
        _ type: Name.Type, _ text: String
    ) throws -> Name where Name.RawValue == String {
        guard let name = Name(rawValue: text) else {
            throw Refusal("\(text) is none of " + Name.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return name
    }

    private func array(_ elements: [[UInt8]]) -> SimulatedAnswer {
        .json([UInt8(ascii: "[")] + elements.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")])
    }

    private func json(_ value: some Encodable) throws -> SimulatedAnswer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return .json(Array(try encoder.encode(value)))
    }
}
