// The calls of zstd, and what it works with.

import CZstd
import ChangeFeed

/// What zstd needs for packing and unpacking, kept for the next use: to make it takes longer than to pack a record.
/// Only one thread at a time has it.
package final class PackingContext: @unchecked Sendable {
    /// Looks for repetitions in one table of 16 KB. Of contacts of 1,830 bytes, zstd's own default (3) leaves 196 bytes and
    /// this 203; its tables are 400 KB for a dictionary, of which hardly anything lies in a processor's cache once a page
    /// has been read and compared. Matches of fewer than 7 bytes are more often found than worth it.
    private static let parameters: [(ZSTD_cParameter, CInt)] = [
        (ZSTD_c_compressionLevel, 1), (ZSTD_c_hashLog, 12), (ZSTD_c_minMatch, 7), (ZSTD_c_checksumFlag, 1),
        // The number of the dictionary stands before the frame.
        (ZSTD_c_dictIDFlag, 0),
    ]

    private let compressor: OpaquePointer
    private let decompressor: OpaquePointer
    /// What the compressor works by until it is given another: making its table of one takes as long as ten records do.
    private var loaded: PackingDictionary?
    private var room = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 1)

    package init() {
        guard let compressor = ZSTD_createCCtx(), let decompressor = ZSTD_createDCtx() else {
            preconditionFailure("the system gives no memory for zstd")
        }
        self.compressor = compressor
        self.decompressor = decompressor
        for (parameter, value) in Self.parameters { ZSTD_CCtx_setParameter(compressor, parameter, value) }
    }

    deinit {
        ZSTD_freeCCtx(compressor)
        ZSTD_freeDCtx(decompressor)
        room.deallocate()
    }

    /// A frame of the bytes behind `head`, valid until the next use; nil where that is not smaller than the bytes are.
    package func frame(
        of bytes: UnsafeRawBufferPointer, by dictionary: PackingDictionary?, behind head: [UInt8]
    ) -> UnsafeRawBufferPointer? {
        makeRoom(head.count + ZSTD_compressBound(bytes.count))
        room.copyBytes(from: head)
        guard load(dictionary) else { return nil }
        let size = ZSTD_compress2(
            compressor, room.baseAddress.map { $0 + head.count }, room.count - head.count, bytes.baseAddress,
            bytes.count)
        guard ZSTD_isError(size) == 0, head.count + size < bytes.count else { return nil }
        return UnsafeRawBufferPointer(rebasing: room[..<(head.count + size)])
    }

    private func load(_ dictionary: PackingDictionary?) -> Bool {
        guard dictionary !== loaded else { return true }
        let bytes = dictionary?.bytes ?? []
        let isLoaded = ZSTD_isError(ZSTD_CCtx_loadDictionary(compressor, bytes, bytes.count)) == 0
        if !isLoaded { ZSTD_CCtx_loadDictionary(compressor, nil, 0) }
        loaded = isLoaded ? dictionary : nil
        return isLoaded
    }

    /// Nil where the frame is not what was written, another dictionary made it, or it would be larger than anything that
    /// is packed: a length that was damaged asks for no memory.
    package func bytes(of frame: UnsafeRawBufferPointer, by dictionary: PackingDictionary?) -> [UInt8]? {
        // What is no frame, or one of unknown length, says the largest numbers there are.
        let size = ZSTD_getFrameContentSize(frame.baseAddress, frame.count)
        guard size <= UInt64(Limits.packedBytes) else { return nil }
        var isWhole = false
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            let written =
                if let dictionary {
                    ZSTD_decompress_usingDDict(
                        decompressor, buffer.baseAddress, buffer.count, frame.baseAddress, frame.count,
                        dictionary.decompressing)
                } else {
                    ZSTD_decompressDCtx(
                        decompressor, buffer.baseAddress, buffer.count, frame.baseAddress, frame.count)
                }
            isWhole = ZSTD_isError(written) == 0 && written == Int(size)
            count = isWhole ? written : 0
        }
        return isWhole ? bytes : nil
    }

    private func makeRoom(_ size: Int) {
        guard room.count < size else { return }
        room.deallocate()
        room = .allocate(byteCount: size, alignment: 1)
    }
}
