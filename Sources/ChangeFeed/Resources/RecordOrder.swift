// Which record ids are the same, and which comes first: the product's own order, whatever a store's engine would say.

extension RecordID {
    /// The number that the id is, where it would be written back the same: `007` is a text.
    package var number: Int64? {
        guard let number = Int64(text), String(number) == text else { return nil }
        return number
    }

    /// By their bytes: two ways of writing one letter are two ids.
    package static func == (left: RecordID, right: RecordID) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension RecordID: Comparable {
    /// Numbers before texts, numbers by their value, texts by their bytes.
    package static func < (left: RecordID, right: RecordID) -> Bool {
        switch (left.number, right.number) {
        case (let left?, let right?): left < right
        case (_?, nil): true
        case (nil, _?): false
        case (nil, nil): left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
        }
    }
}
