// The servers of the daemon: the admin server, and the one for hints.

import AdminHTTP
import ChangeFeed
import DaemonConfiguration
import Foundation
import Logging

/// Makes them as the plan of the moment has them.
struct Servers: Sendable {
    /// Where the admin server listens, and what is to be shown there.
    struct AdminPlace: Sendable {
        let listen: AdminListen
        let token: Secret?
    }

    let supervisor: Supervisor
    let desk: SupervisedDesk
    /// Of the program.
    let version: String
    let logger: Logger

    func admin(at place: AdminPlace) -> GuardedServer {
        .admin(
            at: ListenAddress(place.listen), bounds: bounds, machine: ProcessInfo.processInfo.hostName,
            token: place.token, version: version, desk: desk, logger: logger)
    }

    func hints(at place: HintListen) -> GuardedServer {
        .hints(
            at: ListenAddress(place.listen), bounds: bounds, username: place.username, password: place.password,
            desk: desk, logger: logger)
    }

    private var bounds: GuardedServer.Bounds {
        .init(connections: supervisor.adminConnections, patience: Limits.adminPatience)
    }
}

extension ListenAddress {
    init(_ listen: AdminListen) {
        self =
            switch listen {
            case .tcp(let host, let port): .tcp(host: host, port: port)
            case .unix(let path): .unix(path: path)
            }
    }
}

extension Servers.AdminPlace {
    /// Nil: there is to be none.
    init?(_ plan: Plan) {
        guard let listen = plan.adminListen else { return nil }
        self.init(listen: listen, token: plan.adminToken)
    }
}
