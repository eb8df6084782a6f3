// How a daemon among several stands, as Prometheus reads it.

extension MetricsText {
    /// - Parameter configured: how many accounts this daemon may lead.
    mutating func add(_ standing: FleetStanding, configured: Int, isResting: Bool) {
        metric("accounts_configured", "Accounts in this daemon's configuration.") { [("", Double(configured))] }
        metric("leases", "Accounts that this daemon leads.") { [("", Double(standing.led.count))] }
        metric("leases_resting", "1 while nothing is begun, for no renewal of the leases came back in time.") {
            [("", isResting ? 1 : 0)]
        }
        metric("takeovers_total", "Accounts that were taken since the process began.", .counter) {
            [("", Double(standing.takenOver))]
        }
        metric("leases_lost_total", "Accounts that became another daemon's before they were given back.", .counter) {
            [("", Double(standing.lost))]
        }
    }

    /// Of the account whose numbers are added.
    mutating func add(_ lease: FleetStanding.Leadership) {
        metric("lease_epoch", "How often any daemon has begun to lead the account, starts included.") {
            [("", Double(lease.epoch))]
        }
        metric("lease_since_timestamp_seconds", "Since when this daemon leads the account.") {
            [("", lease.since.inSeconds)]
        }
    }
}
