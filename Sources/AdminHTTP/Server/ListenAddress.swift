// Where a server of the daemon listens.

package enum ListenAddress: Sendable, Equatable {
    /// Port 0: any that is free.
    case tcp(host: String, port: Int)
    case unix(path: String)
}

extension ListenAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tcp(let host, let port): "\(host.contains(":") ? "[\(host)]" : host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
