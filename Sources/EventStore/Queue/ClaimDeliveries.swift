// The verbs on a queue that only look: what is due, which of that goes next, and what waits.

import ChangeFeed

/// Takes what is due and the endpoint's gate lets through.
///
/// What is new goes first. Replays go one at a time, so that they arrive in the order of the log; one that is not accepted
/// lets the others pass.
package struct ClaimDeliveries {
    private let endpoint: StoredEndpoint
    private let admission: Admission
    private let admitsReplays: Bool
    private let claims: Claims
    private let now: Instant

    package init(
        of endpoint: StoredEndpoint, _ admission: Admission, admittingReplays: Bool, besides claims: Claims,
        at now: Instant
    ) {
        self.endpoint = endpoint
        self.admission = admission
        admitsReplays = admittingReplays
        self.claims = claims
        self.now = now
    }

    package func run(in store: any StoreReading) throws -> [DueDelivery] {
        guard admission.total > 0 else { return [] }
        var due: [Admission.Lane: [Admission.Candidate]] = [:]
        for wasTried in [false, true] where !wasTried || admission.unlikely > 0 {
            let lane = QueueLane(endpoint: endpoint.id, isReplay: false, wasTried: wasTried)
            for type in try store.waitingTypes(lane) {
                let place = admission.lane(of: type, wasTried: wasTried)
                due[place, default: []] += try pending(lane, type, limit: admission.places(of: place), in: store)
            }
        }
        let chosen = admission.choice(of: due)
        var replay: Admission.Candidate?
        if admitsReplays, chosen.count < admission.replays, !claims.hasReplay(of: endpoint.id) {
            replay = try nextReplay(in: store)
        }
        // What cannot be read is not taken: nobody would ever put it back.
        let deliveries = try store.dueDeliveries(chosen + (replay.map { [$0.id] } ?? []))
        claims.insert(chosen, of: endpoint.id)
        if let replay { claims.insert(replay: replay.id, of: endpoint.id) }
        return deliveries
    }

    private func nextReplay(in store: any StoreReading) throws -> Admission.Candidate? {
        var first: [Admission.Candidate] = []
        for wasTried in [false, true] {
            let lane = QueueLane(endpoint: endpoint.id, isReplay: true, wasTried: wasTried)
            for type in try store.waitingTypes(lane) { first += try pending(lane, type, limit: 1, in: store) }
        }
        return first.min(by: Admission.Candidate.isEarlier)
    }

    private func pending(
        _ lane: QueueLane, _ type: String, limit: Int, in store: any StoreReading
    ) throws -> [Admission.Candidate] {
        guard limit > 0 else { return [] }
        return try store.pending(
            lane, type: type, isDue: true, by: now, limit: limit, except: claims.contains)
    }
}

/// What waits in a queue besides what is under way.
package struct LookAtQueue {
    private let endpoint: StoredEndpoint
    private let replaysOpen: Instant
    private let claims: Claims
    private let now: Instant

    /// - Parameter replaysOpen: no replay before then.
    package init(of endpoint: StoredEndpoint, replaysOpen: Instant, besides claims: Claims, at now: Instant) {
        self.endpoint = endpoint
        self.replaysOpen = replaysOpen
        self.claims = claims
        self.now = now
    }

    package func run(in store: any StoreReading) throws -> WaitingQueue {
        var times = try dueTimes(isReplay: false, in: store)
        if !claims.hasReplay(of: endpoint.id) {
            times += try dueTimes(isReplay: true, in: store).map { max($0, replaysOpen) }
        }
        return WaitingQueue(isDue: times.contains { $0 <= now }, next: times.filter { $0 > now }.min())
    }

    /// When the first deliveries are due by now, and the first after it.
    private func dueTimes(isReplay: Bool, in store: any StoreReading) throws -> [Instant] {
        var times: [Instant] = []
        for wasTried in [false, true] {
            let lane = QueueLane(endpoint: endpoint.id, isReplay: isReplay, wasTried: wasTried)
            for type in try store.waitingTypes(lane) {
                for isDue in [true, false] {
                    times += try store.pending(
                        lane, type: type, isDue: isDue, by: now, limit: 1, except: claims.contains
                    ).map(\.dueAt)
                }
            }
        }
        return times
    }
}
