// How long the process keeps memory that it needs no more.

#if canImport(Glibc)
    import Glibc
#endif

enum FreeMemory {
    /// Has what is freed at the end of a heap given back to the system from a megabyte on. The C library of GNU begins with
    /// less, but lets each large block that is freed raise that: after pages of one megabyte it keeps eight for each thread
    /// that has read some, for as long as the daemon lives.
    ///
    /// Looked up by its name, for it belongs to that library alone; does nothing elsewhere.
    static func giveBackEarly() {
        #if canImport(Glibc)
            typealias Option = @convention(c) (CInt, CInt) -> CInt
            guard let option = dlsym(nil, "mallopt") else { return }
            // M_TRIM_THRESHOLD of malloc.h.
            _ = unsafeBitCast(option, to: Option.self)(-1, 1024 * 1024)
        #endif
    }
}
