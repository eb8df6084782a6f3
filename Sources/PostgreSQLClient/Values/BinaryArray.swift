// One-dimensional arrays in PostgreSQL's binary form.

/// What `array_send` writes: dimensions, whether there are NULLs, the type of the elements; then, unless the array is
/// empty, its length and lower bound, and each element behind its length. All numbers have 32 bits.
enum BinaryArray {
    static func bytes<Element: PostgreSQLElement>(of elements: [Element?]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: Int32(elements.isEmpty ? 0 : 1))
        bytes.append(bigEndian: Int32(elements.contains { $0 == nil } ? 1 : 0))
        bytes.append(bigEndian: Element.type.rawValue)
        if elements.isEmpty { return bytes }
        bytes.append(bigEndian: Int32(elements.count))
        bytes.append(bigEndian: Int32(1))
        for element in elements {
            let place = bytes.count
            bytes.append(bigEndian: Int32(-1))
            guard let element else { continue }
            element.append(to: &bytes)
            // The length stands before what it is the length of.
            bytes.set(bigEndian: UInt32(bytes.count - place - 4), at: place)
        }
        return bytes
    }

    /// Nil where the bytes are no such array, or one of more dimensions.
    static func elements<Element: PostgreSQLElement>(
        of bytes: ArraySlice<UInt8>, as type: Element.Type = Element.self
    ) -> [Element?]? {
        var rest = bytes
        func number() -> Int? {
            defer { rest = rest.dropFirst(4) }
            return Int32(bigEndian: rest.prefix(4)).map { Int($0) }
        }
        guard let dimensions = number(), number() != nil, let element = number(), element == Element.type.rawValue
        else {
            return nil
        }
        if dimensions == 0 { return rest.isEmpty ? [] : nil }
        guard dimensions == 1, let count = number(), count >= 0, number() != nil else { return nil }
        var elements: [Element?] = []
        for _ in 0..<count {
            guard let length = number(), length <= rest.count else { return nil }
            if length < 0 {
                elements.append(nil)
                continue
            }
            guard let value = Element(binary: rest.prefix(length)) else { return nil }
            elements.append(value)
            rest = rest.dropFirst(length)
        }
        return rest.isEmpty ? elements : nil
    }
}
