// How much of the program's code stays in memory that only its start needs.

#if canImport(Glibc)
    import Glibc
#endif

enum CodePages {
    /// Lets go of the code that was needed so far, of the program and of its libraries: what is needed on comes back as it is
    /// touched, from the system's own memory of the files.
    ///
    /// Only segments that were never writable: all else may differ from its file, what the loader has protected since among
    /// it. Looked up by its name, for its header shows it to programs in C alone; does nothing elsewhere.
    static func letGo() {
        #if canImport(Glibc)
            typealias Visit = @convention(c) (UnsafeRawPointer, Int, UnsafeMutableRawPointer?) -> CInt
            typealias Visits = @convention(c) (Visit, UnsafeMutableRawPointer?) -> CInt
            guard let visits = dlsym(nil, "dl_iterate_phdr") else { return }
            _ = unsafeBitCast(visits, to: Visits.self)(
                { library, size, _ in
                    if size >= LoadedObject.size { LoadedObject(library).letGo() }
                    return 0
                }, nil)
        #endif
    }
}

#if canImport(Glibc)
    /// The program, or a library that it has loaded: the beginning of a `dl_phdr_info` of link.h, which holds an address, a
    /// name, the segments and their number.
    private struct LoadedObject {
        static let size = 3 * MemoryLayout<UInt>.size + MemoryLayout<UInt16>.size

        private let address: UInt
        private let segments: UnsafeBufferPointer<Elf64_Phdr>

        init(_ info: UnsafeRawPointer) {
            let word = MemoryLayout<UInt>.size
            address = info.load(as: UInt.self)
            segments = UnsafeBufferPointer(
                start: info.load(fromByteOffset: 2 * word, as: UnsafePointer<Elf64_Phdr>?.self),
                count: Int(info.load(fromByteOffset: 3 * word, as: UInt16.self)))
        }

        func letGo() {
            let page = UInt(getpagesize())
            for segment in segments where segment.p_type == PT_LOAD && segment.p_flags & UInt32(PF_W) == 0 {
                let start = address &+ UInt(segment.p_vaddr)
                // Whole pages alone: the rest of one could be another segment's.
                let (first, end) = ((start &+ page - 1) / page * page, (start &+ UInt(segment.p_memsz)) / page * page)
                // Where the system will not, all stays as it was.
                if first < end { madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_DONTNEED) }
            }
        }
    }
#endif
