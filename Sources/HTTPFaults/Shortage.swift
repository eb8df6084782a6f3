// Errors that are ours: this process or machine has nothing left to make a connection with.

import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What was lacking here when a request was to be made. It tells nothing of whom the request was for.
package struct Shortage: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is lacking, and where that is decided.
    package let description: String

    /// Nil where the error is not one of our own.
    package init?(errno code: CInt) {
        switch code {
        case EMFILE: description = "this process has as many files open as it may (LimitNOFILE)"
        case ENFILE: description = "this machine has as many files open as it can (fs.file-max)"
        case ENOMEM: description = "this machine has no memory left for a connection"
        case ENOBUFS: description = "this machine has no buffers left for a connection"
        case EADDRNOTAVAIL: description = "this machine has no address or port left to connect from"
        default: return nil
        }
    }

    private init(description: String) {
        self.description = description
    }

    /// Of threads that ask for one host, where so many of them never came back.
    package static let ofLookups = Shortage(
        description:
            "this machine's resolver never ended many lookups of this name (see resolv.conf and nsswitch.conf, and restart)"
    )

    package init?(_ error: any Error) {
        switch error {
        case let error as Shortage: self = error
        case let error as IOError: self.init(errno: error.errnoCode)
        case let error as NIOConnectionError:
            guard let telling = FailedDials(error).telling, let shortage = Shortage(telling) else { return nil }
            self = shortage
        default: return nil
        }
    }

    /// Whether no more descriptors are to be had. A resolver that could open none says that the name is unknown.
    package static func ofDescriptors() -> Shortage? {
        let descriptor = dup(STDERR_FILENO)
        guard descriptor < 0 else {
            close(descriptor)
            return nil
        }
        return Shortage(errno: errno)
    }
}
