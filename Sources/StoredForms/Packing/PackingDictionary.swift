// What records of a resource have in common, which none of them has to spell out.

import CZstd
import ChangeFeed

/// A dictionary of zstd, ready to be used by any number of threads: nothing changes it.
package final class PackingDictionary: @unchecked Sendable {
    /// What stands in the rows that need it.
    package let number: UInt32
    /// What stands before each frame that it makes.
    let head: [UInt8]
    /// Packing goes by these.
    let bytes: [UInt8]
    package let decompressing: OpaquePointer

    /// Nil for bytes that are no dictionary.
    package init?(number: UInt32, bytes: [UInt8]) {
        guard ZDICT_getDictID(bytes, bytes.count) != 0, let decompressing = ZSTD_createDDict(bytes, bytes.count)
        else { return nil }
        self.number = number
        head = PackedForm.head(ofFrameBy: number)
        self.bytes = bytes
        self.decompressing = decompressing
    }

    deinit {
        ZSTD_freeDDict(decompressing)
    }

    /// Nil where the samples have too little in common, or are too few.
    package static func trained(by samples: [[UInt8]]) -> [UInt8]? {
        let sizes = samples.map(\.count)
        let text = samples.flatMap(\.self)
        var size = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Limits.dictionaryBytes) { buffer, count in
            size = ZDICT_trainFromBuffer(
                buffer.baseAddress, buffer.count, text, sizes, UInt32(sizes.count))
            count = ZDICT_isError(size) == 0 ? size : 0
        }
        return bytes.isEmpty ? nil : bytes
    }
}
