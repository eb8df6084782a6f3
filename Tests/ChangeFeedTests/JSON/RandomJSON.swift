// Random JSON texts, well-formed and damaged.

import SimulatedWorld

/// Writes values of every kind in every spelling the grammar allows.
struct RandomJSON {
    var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func value(depth: Int = 4) -> String {
        let value =
            switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
            case 0: ["true", "false", "null"].randomElement(using: &random)!
            case 1, 2: number()
            case 3, 4: string()
            case 5: "[" + list(count()) { $0.value(depth: depth - 1) } + space() + "]"
            default: object(depth: depth)
            }
        return space() + value + space()
    }

    /// May hold a name twice.
    mutating func object(depth: Int) -> String {
        "{" + list(count()) { $0.space() + $0.string() + $0.space() + ":" + $0.value(depth: depth - 1) } + space() + "}"
    }

    mutating func number() -> String {
        var text = Bool.random(using: &random) ? "-" : ""
        text += Bool.random(using: &random) ? "0" : String(Int.random(in: 1...9, using: &random)) + digits(0...20)
        if Bool.random(using: &random) { text += "." + digits(1...20) }
        if Int.random(in: 0..<3, using: &random) == 0 {
            text += ["e", "E", "e+", "E-", "e-"].randomElement(using: &random)! + digits(1...2)
        }
        return text
    }

    mutating func string() -> String {
        let pieces = [
            "a", "NAME", "vip", "é", "e\u{301}", "日本", "😀", "~", "/", "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r",
            "\\t", "\\u0041", "\\u00e9", "\\u20AC", "\\ud83d\\uDE00", "\u{7f}", " ", ",", "}", "]", ":", "12345678",
        ]
        let count = Int.random(in: 0...6, using: &random)
        return "\"" + (0..<count).map { _ in pieces.randomElement(using: &random)! }.joined() + "\""
    }

    /// One to four bytes changed, inserted, removed or copied, or the end cut off.
    ///
    /// Never a zero byte: Foundation's reader would take the text for UTF-16 or UTF-32.
    mutating func damaged(_ text: [UInt8]) -> [UInt8] {
        var bytes = text
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let position = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<9, using: &random) {
            case 0, 1: bytes[position] = UInt8.random(in: 1...255, using: &random)
            case 2, 3: bytes.insert(Array("{}[],:\"\\ 0-.eEtfnu".utf8).randomElement(using: &random)!, at: position)
            case 4, 5: bytes.remove(at: position)
            case 6: bytes[position] ^= 1 << UInt8.random(in: 0..<7, using: &random)
            case 7:
                let end = min(bytes.count, position + Int.random(in: 1...40, using: &random))
                bytes.insert(contentsOf: bytes[position..<end], at: Int.random(in: bytes.indices, using: &random))
            default: if Int.random(in: 0..<4, using: &random) == 0 { bytes.removeSubrange(position...) }
            }
        }
        return bytes.map { $0 == 0 ? 1 : $0 }
    }

    /// Some letters and digits, and so names and values, are others: nearly always well-formed as before.
    mutating func respelled(_ text: [UInt8]) -> [UInt8] {
        var bytes = text
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let places = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) || (0x41...0x5A).contains(bytes[$0]) }
            guard let place = places.randomElement(using: &random) else { return bytes }
            let digits = "12345".utf8.prefix(Int.random(in: 1...3, using: &random))
            bytes.replaceSubrange(place...place, with: Array(digits))
        }
        return bytes
    }

    private mutating func count() -> Int { Int.random(in: 0...5, using: &random) }

    private mutating func digits(_ range: ClosedRange<Int>) -> String {
        (0..<Int.random(in: range, using: &random)).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
    }

    private mutating func space() -> String {
        Int.random(in: 0..<4, using: &random) == 0 ? [" ", "\n", "\t", "\r\n  "].randomElement(using: &random)! : ""
    }

    private mutating func list(_ count: Int, _ element: (inout RandomJSON) -> String) -> String {
        var elements: [String] = []
        for _ in 0..<count { elements.append(element(&self)) }
        return elements.joined(separator: ",")
    }
}
