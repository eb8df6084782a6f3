// The daemon's own HTTP server: what monitoring, receivers and people ask for, on loopback unless told otherwise.

import ChangeFeed
import Logging

extension GuardedServer {
    /// Health, metrics, the log of events, commands, and the page for people.
    ///
    /// - Parameters:
    ///   - machine: the machine's own name, by which it may be called.
    ///   - token: to be shown by whoever asks for more than that the daemon lives; nil: by nobody.
    package static func admin(
        at address: ListenAddress, bounds: Bounds, machine: String, token: Secret?, desk: any AdminDesk, logger: Logger
    ) -> GuardedServer {
        let site = AdminSite(
            AdminRoute.health + AdminRoute.log + AdminRoute.commands,
            rules: AdminRules(address, machine: machine, token: token), desk: desk, logger: logger)
        return GuardedServer(.admin, at: address, bounds: bounds, logger: logger, respond: site.respond)
    }
}
