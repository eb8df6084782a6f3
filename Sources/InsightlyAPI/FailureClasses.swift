// What the HTTP client's many errors mean to the core.

import AsyncHTTPClient
import ChangeFeed
import HTTPFaults
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The body, its compression undone, grew beyond what a page may be.
struct PageTooLarge: Error {
    var limitBytes: Int
}

/// Nothing says where the body ends.
struct UnmeasuredBody: Error {}

/// The body is compressed in a way that was not asked for.
struct UnreadableEncoding: Error {
    var name: String
}

extension APIFailure {
    /// Only errors known to speak of connections and syntax are quoted: an error that quotes a header could carry the
    /// key into a log.
    init(_ error: any Error, timeouts: InsightlyClient.Timeouts, pageBytes: Int) {
        if let shortage = Shortage(error) {
            self = .shortage(shortage.description)
            return
        }
        switch error {
        case let error as HTTPClientError:
            self.init(error, timeouts: timeouts)
        case let error as NIOConnectionError:
            self.init(error, timeouts: timeouts)
        case let error as NoWay:
            self = .unreachable(error.description)
        case let error as IOError where error.isOfConnecting:
            self = .unreachable("nobody accepts connections there (\(String(cString: strerror(error.errnoCode))))")
        case ChannelError.connectTimeout:
            self = .connectTimedOut(after: min(timeouts.connect, timeouts.total))
        case NIOSSLError.uncleanShutdown:
            self = .brokenOff("the connection was cut")
        case _ where TLSFault(error) != nil:
            self = .tlsFailed(TLSFault(error)?.words ?? "")
        case let error as PageTooLarge:
            self = .tooLarge(limitBytes: error.limitBytes)
        case NIOHTTPDecompression.DecompressionError.limit:
            self = .tooLarge(limitBytes: pageBytes)
        case let error as UnreadableEncoding:
            self = .brokenOff("the body is encoded as \(error.name.prefix(20)), which was not asked for")
        case is UnmeasuredBody:
            self = .brokenOff("nothing in the answer says where its body ends")
        case is NIOHTTPDecompression.DecompressionError, is NIOHTTPDecompression.ExtraDecompressionError:
            self = .brokenOff("the compressed body is damaged or incomplete (\(error))")
        case HTTPParserError.invalidEOFState:
            self = .brokenOff("the connection was closed before the body was whole")
        case is HTTPParserError, is IOError, is ChannelError:
            self = .brokenOff(String(describing: error))
        default:
            self = .brokenOff(String(describing: type(of: error)))
        }
    }

    private init(_ error: HTTPClientError, timeouts: InsightlyClient.Timeouts) {
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
            self = .connectTimedOut(after: min(timeouts.connect, timeouts.total))
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            self = .timedOut(after: timeouts.total)
        case .remoteConnectionClosed:
            self = .brokenOff("the connection was closed before the answer was whole")
        case .cancelled:
            self = .brokenOff("the request was cancelled")
        default:
            self = .brokenOff(error.shortDescription)
        }
    }

    private init(_ error: NIOConnectionError, timeouts: InsightlyClient.Timeouts) {
        switch FailedDials(error).telling {
        case nil:
            self = .unreachable("the name \(error.host) could not be resolved")
        case ChannelError.connectTimeout?:
            self = .connectTimedOut(after: min(timeouts.connect, timeouts.total))
        case let noWay as NoWay:
            self = .unreachable(noWay.description)
        case let failure?:
            self = .unreachable("nobody accepts connections at \(error.host):\(error.port) (\(failure))")
        }
    }
}
