// The daemon's own HTTP server: what monitoring, receivers and people ask for, on loopback unless told otherwise.

import ChangeFeed
import Logging

extension GuardedServer {
    /// Health, metrics, the log of events, commands, and the page for people.
    ///
    /// - Parameters:
    ///   - version: of the program.
    ///   - machine: the machine's own name, by which it may be called.
    ///   - token: to be shown by whoever asks for more than that the daemon lives; nil: by nobody.
    package static func admin(
        at address: ListenAddress, bounds: Bounds, machine: String, token: Secret?, version: String,
        desk: any AdminDesk, logger: Logger
    ) -> GuardedServer {
        let site = AdminSite(
            AdminRoute.ofDaemon(version: version),
            rules: AdminRules(address, machine: machine, token: token), desk: desk, logger: logger)
        return GuardedServer(.admin, at: address, bounds: bounds, logger: logger, respond: site.respond)
    }

    /// Where workflows of Insightly say that a resource changed.
    package static func hints(
        at address: ListenAddress, bounds: Bounds, username: String, password: Secret, desk: any AdminDesk,
        logger: Logger
    ) -> GuardedServer {
        let site = AdminSite(
            AdminRoute.hints, rules: AdminRules(username: username, password: password), desk: desk, logger: logger)
        return GuardedServer(.hint, at: address, bounds: bounds, logger: logger, respond: site.respond)
    }
}

extension AdminRoute {
    /// All that the admin server answers.
    ///
    /// - Parameter version: of the program.
    static func ofDaemon(version: String) -> [AdminRoute] {
        page + describing(health + log + commands, version: version)
    }
}
