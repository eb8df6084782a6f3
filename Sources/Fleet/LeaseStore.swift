// The store that daemons share, as one of them asks it.

/// Where leases are kept. Who asks is always the same daemon.
package protocol LeaseStore: Sendable {
    /// Carries a verb out, in one transaction or not at all, and blocks its thread for `LeaseTerms.patience` at most,
    /// but for what it takes to look a name up.
    func answer(_ verb: FleetMachine.Verb) throws(FleetMachine.Failure) -> FleetMachine.Answer
}
