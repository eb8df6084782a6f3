// What a request says, read strictly: what cannot be meant is said to be wrong, with what would be right.

import Foundation

/// What is sent to a route. A name that it does not have is a slip, and might have changed what is asked for.
protocol AdminBody: Decodable, Sendable {
    associatedtype CodingKeys: CodingKey & CaseIterable
}

extension AdminRequest {
    /// - Returns: nil where the query has it not.
    func number(_ name: String, _ range: ClosedRange<Int>) throws -> Int? {
        guard let text = query[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let upTo = range.upperBound == .max ? "or more" : "to \(range.upperBound)"
            throw AdminProblem(status: 400, detail: "\(name) is a number, \(range.lowerBound) \(upTo)")
        }
        return number
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Choice.Type
    ) throws -> Choice? {
        guard let text = query[name] else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let all = type.allCases.map(\.rawValue).joined(separator: ", ")
            throw AdminProblem(status: 400, detail: "\(name) is one of \(all)")
        }
        return choice
    }

    /// The body; nothing at all is an object without members.
    func json<Body: AdminBody>(_ type: Body.Type) throws -> Body {
        let data = Data(body.isEmpty ? Array("{}".utf8) : body)
        let known = Body.CodingKeys.allCases.map(\.stringValue)
        do {
            let names = try JSONDecoder().decode([String: AnyMember].self, from: data).keys
            guard let unknown = names.sorted().first(where: { !known.contains($0) }) else {
                return try JSONDecoder().decode(type, from: data)
            }
            throw AdminProblem(
                status: 400,
                detail: "there is no \(unknown.prefix(60)) here; there is \(known.joined(separator: ", "))")
        } catch let error as DecodingError {
            throw AdminProblem(status: 400, detail: Self.words(for: error, known))
        }
    }

    private static func words(for error: DecodingError, _ known: [String]) -> String {
        guard case .typeMismatch(let type, let context) = error, let name = context.codingPath.first?.stringValue else {
            return "the body is not a JSON object; write one with \(known.joined(separator: ", "))"
        }
        return "\(name) is of another kind than it has to be (\(type))"
    }
}

/// Whatever stands there.
private struct AnyMember: Decodable {
    init(from decoder: any Decoder) {}
}
