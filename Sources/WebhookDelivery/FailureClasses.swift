// What the many errors of a connection mean for an attempt.

import ChangeFeed
import HTTPFaults
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension AttemptFailure {
    init(_ error: any Error) {
        switch error {
        case _ where Shortage(error) != nil: self = .shortage
        case is ForbiddenAddress: self = .forbidden
        case is CancellationError: self = .interrupted
        case is UnknownHost: self = .dns
        case is NoWay: self = .refused
        case is AttemptTimedOut, ChannelError.connectTimeout: self = .timeout
        // The connection ended without the farewell that TLS asks for.
        case NIOSSLError.uncleanShutdown: self = .reset
        case _ where TLSFault(error) != nil: self = .tls
        // Not a fault of what was said, but of what was not said any more.
        case HTTPParserError.invalidEOFState, HTTPParserError.closedConnection: self = .reset
        case is HTTPParserError: self = .malformed
        case let error as IOError where error.isOfConnecting: self = .refused
        case let error as IOError where error.errnoCode == ETIMEDOUT: self = .timeout
        default: self = .reset
        }
    }

    /// What an operator would like to know besides the class; nil where that says it all.
    static func detail(of error: any Error) -> String? {
        if let shortage = Shortage(error) { return shortage.description }
        switch error {
        case let error as ForbiddenAddress: return "\(error.address) is not public"
        case let error as NoWay: return error.description
        default: return TLSFault(error)?.words
        }
    }
}
