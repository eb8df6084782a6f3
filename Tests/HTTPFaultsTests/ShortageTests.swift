import HTTPFaults
import NIOCore
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("Shortage")
struct ShortageTests {
    @Test("What this machine lacks is told from what the other end does")
    func classes() {
        for code in [EMFILE, ENFILE, ENOMEM, ENOBUFS, EADDRNOTAVAIL] {
            let shortage = Shortage(IOError(errnoCode: code, reason: "socket"))
            #expect(shortage?.description.hasPrefix("this ") == true)
        }
        for code in [ECONNREFUSED, ECONNRESET, ETIMEDOUT, EPIPE, EHOSTUNREACH] {
            #expect(Shortage(IOError(errnoCode: code, reason: "connect")) == nil)
        }
        #expect(Shortage(CancellationError()) == nil)
    }

    @Test("A process that may open files has no shortage of them")
    func descriptors() {
        #expect(Shortage.ofDescriptors() == nil)
    }
}
