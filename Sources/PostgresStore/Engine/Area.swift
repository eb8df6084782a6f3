// Parts of what is kept, as far as it matters whether a question is about something that was just written.

import EventStore

/// A part that operations write and questions read.
enum Area: Hashable, Sendable {
    case account, usage, resources, endpoints, requests
    case records, found, swept, unstamped
    case log, deliveries, folds, attempts
}

extension StoreOperation {
    /// How many rows it adds to tables that grow large.
    var addedRows: Int {
        switch self {
        case .records(let writes, _): writes.count { $0.before == nil }
        case .log(let events, _): events.count
        case .enqueue(let deliveries): deliveries.count
        default: 0
        }
    }

    /// What it writes; all of it, for a question about a part that is not named here is answered as if it had not been.
    var areas: Set<Area> {
        switch self {
        case .instance, .identity, .budget: [.account]
        case .countRequest, .othersUse, .keepUsage: [.usage]
        case .forgetSources, .introduce, .identify, .progress, .pace, .forgetSource: [.resources]
        case .adopt: [.resources, .requests]
        case .records, .presence, .move: [.records]
        case .found, .forgetFound, .keepFound: [.found]
        case .swept, .forgetSwept: [.swept]
        case .keepUnstamped, .forgetUnstamped, .decideUnstamped, .settleHeld, .findOpen, .verdict, .endVerdict:
            [.unstamped]
        case .log: [.log, .account]
        case .dropEvents: [.log]
        case .enqueue, .change, .makeDue, .limitDue, .rekey: [.deliveries]
        case .fold, .retell: [.folds]
        case .dropDeliveries: [.deliveries, .folds, .attempts]
        case .attempts: [.attempts]
        case .openEndpoint, .endpoint: [.endpoints]
        case .forgetRows: [.records, .found, .swept, .unstamped]
        case .fingerprintSeed, .lastSequence: [.account]
        case .ledger: [.usage]
        case .resource: [.resources]
        case .unreadable: [.records]
        case .ask, .update, .endRequests: [.requests]
        }
    }
}
