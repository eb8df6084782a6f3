// Verbs that let go what is old enough, a little in each transaction.

import ChangeFeed

extension StoreEngine {
    /// Removes deliveries settled before `horizon`, at most `limit` of them, and says how many went.
    ///
    /// An event goes with its last delivery. Undelivered and dead ones stay, and so do the counters: no number is given
    /// out twice.
    package func prune(settledBefore horizon: Instant, limit: Int) throws -> Int {
        try transact { store in
            let settled = try store.settledDeliveries(before: horizon, limit: limit)
            guard !settled.isEmpty else { return 0 }
            try store.write([.dropDeliveries(settled.map(\.id))])
            let unsent = try store.unsent(among: Set(settled.map(\.event)).sorted())
            try store.write([.dropEvents(unsent)])
            return settled.count
        }
    }

    /// Removes events detected before `horizon` that nobody gets, or that a newer one took the place of, at most `limit` of
    /// them, and says how many went.
    package func pruneUnsentEvents(detectedBefore horizon: Instant, limit: Int) throws -> Int {
        try transact { store in
            let events = try store.unsentEvents(detectedBefore: horizon, limit: limit)
            if !events.isEmpty { try store.write([.dropEvents(events)]) }
            return events.count
        }
    }

    /// Forgets what ended sweeps had met, at most `limit` records, and says how many went.
    package func pruneSweeps(limit: Int) throws -> Int {
        try transact { store in
            var left = limit
            for marks in try store.sweepMarks() {
                for sweep in marks.ended where left > 0 {
                    let met = try store.swept(by: sweep, of: marks.resource, limit: left)
                    try store.write([.forgetSwept(met, of: marks.resource, sweep: sweep)])
                    left -= met.count
                }
            }
            return limit - left
        }
    }

    /// Forgets what is known of records that were set aside before `horizon`, at most `limit` rows, and says how many went.
    /// What is left of such a state is not taken up again.
    package func pruneSetAside(before horizon: Instant, limit: Int) throws -> Int {
        try transact { store in
            var left = limit
            for resource in try store.resourcesSetAside(before: horizon) where left > 0 {
                let rows = try store.rowsKept(of: resource, limit: left)
                try store.write([.forgetSource(of: resource), .forgetRows(of: resource, limit: rows)])
                left -= rows
            }
            return limit - left
        }
    }
}

extension SweepMarks {
    fileprivate var ended: [Int] { marked.filter { $0 != last || !isUnderWay } }
}
