// What an endpoint was promised by its configuration, as far as a judge has to know it.

package struct EndpointTerms: Sendable, Equatable {
    package enum Order: String, Sendable, CaseIterable {
        case record, endpoint, none
    }

    package var wanted: WantedEvents
    package var order: Order
    /// Whether an event takes the place of one of its record that waits.
    package var coalesces: Bool
    /// After so many attempts an event may be given up.
    package var attempts: Int

    package init(
        wanted: WantedEvents = .all, order: Order = .record, coalesces: Bool = false, attempts: Int = 12
    ) {
        self.wanted = wanted
        self.order = order
        self.coalesces = coalesces
        self.attempts = attempts
    }

    /// What has to go one after the other; nil: nothing has to.
    func key(of logged: LoggedEvent) -> String? {
        switch order {
        case .record: logged.record
        case .endpoint: ""
        case .none: nil
        }
    }
}
