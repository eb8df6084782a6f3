// What the HTTP client's many errors mean for an attempt.

import AsyncHTTPClient
import ChangeFeed
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
        case is ForbiddenAddress: self = .forbidden
        case is UnknownHost: self = .dns
        case let error as HTTPClientError: self.init(error)
        case ChannelError.connectTimeout: self = .timeout
        // The connection ended without the farewell that TLS asks for.
        case NIOSSLError.uncleanShutdown: self = .reset
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: self = .tls
        // Not a fault of what was said, but of what was not said any more.
        case HTTPParserError.invalidEOFState, HTTPParserError.closedConnection: self = .reset
        case is HTTPParserError: self = .malformed
        case let error as IOError: self.init(errno: error.errnoCode)
        default: self = .reset
        }
    }

    private init(_ error: HTTPClientError) {
        switch error {
        case .connectTimeout, .readTimeout, .writeTimeout, .deadlineExceeded, .tlsHandshakeTimeout,
            .getConnectionFromPoolTimeout:
            self = .timeout
        case .invalidURL, .emptyHost, .emptyScheme: self = .dns
        default: self = .reset
        }
    }

    private init(errno code: CInt) {
        switch code {
        case ECONNREFUSED, EHOSTUNREACH, EHOSTDOWN, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL: self = .refused
        case ETIMEDOUT: self = .timeout
        default: self = .reset
        }
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        self = .microseconds(duration.microseconds)
    }
}
