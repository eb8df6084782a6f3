// A second reader of JSON, written by others, to hold ours against.

import Foundation

@testable import ChangeFeed

enum FoundationOracle {
    enum Verdict {
        case accepts(Any)
        case rejects
        /// Foundation follows another rule than RFC 8259 here, so its word says nothing.
        case noOpinion
    }

    /// `problem` is what our reader says against the text, if anything.
    static func verdict(on text: [UInt8], problem: JSONProblem?) -> Verdict {
        // Stricter in one way, laxer in another: UTF-16 and UTF-32 are recognised by their byte order marks.
        if text.starts(with: [0xFF, 0xFE]) || text.starts(with: [0xFE, 0xFF]) { return .noOpinion }
        do {
            let value = try JSONSerialization.jsonObject(with: Data(text), options: [.fragmentsAllowed])
            // Laxer: a comma before a closing bracket is accepted.
            if let problem, isTrailingComma(text, before: problem.offset) { return .noOpinion }
            return .accepts(value)
        } catch {
            // Stricter: a number beyond the range of Double is refused.
            let reason = (error as NSError).userInfo["NSDebugDescription"] as? String ?? ""
            if reason.contains("is not representable") { return .noOpinion }
            // Stricter: half a surrogate pair is refused.
            let characters = String(decoding: text, as: UTF8.self).lowercased()
            if problem == nil, characters.contains("\\ud") { return .noOpinion }
            return .rejects
        }
    }

    /// Whether our value is Foundation's, at every depth.
    static func agrees(_ json: RawJSON, with value: Any) -> Bool {
        switch json.kind {
        case .null: return value is NSNull
        case .boolean: return (value as? Bool) == json.bytes.elementsEqual("true".utf8)
        case .string: return json.decodedString.map { Array($0.utf8) } == (value as? String).map { Array($0.utf8) }
        case .number:
            guard let number = value as? NSNumber else { return false }
            let text = String(decoding: json.bytes, as: UTF8.self)
            // Foundation may arrive at the next Double, its Decimal has 38 digits; whole numbers are exact.
            if let whole = Int64(text) { return number.int64Value == whole }
            let expected = Double(text)!
            return abs(number.doubleValue - expected) <= abs(expected) * 1e-12
        case .array:
            guard let values = value as? [Any], let elements = json.elements else { return false }
            return values.count == elements.count && zip(elements, values).allSatisfy { agrees($0, with: $1) }
        case .object:
            guard let values = value as? [String: Any] else { return false }
            // Foundation's names are `String`s, so é and e with an accent are one name to it: the last wins.
            var members: [String: RawJSON] = [:]
            for member in JSONMembers(of: json).inOrder {
                members[String(decoding: member.name.bytes, as: UTF8.self)] = member.value
            }
            return values.count == members.count
                && members.allSatisfy { name, member in values[name].map { agrees(member, with: $0) } ?? false }
        }
    }

    private static func isTrailingComma(_ text: [UInt8], before offset: Int) -> Bool {
        let before = text[..<min(offset, text.count)].last { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }
        return before == UInt8(ascii: ",") && offset < text.count && [0x5D, 0x7D].contains(text[offset])
    }
}
