// That a resource is to be polled before its time: asked for by a command, and taken by the daemon.

import ChangeFeed

/// Asks the daemon to poll a resource next, or all of an account.
package struct AskForPoll {
    package enum Answer: Sendable, Equatable {
        /// By the names under which they are polled.
        case requested([ResourceName])
        case unknownResource
        /// No daemon has asked the API for anything yet.
        case neverUsed
    }

    private let resource: ResourceName?
    private let account: String

    /// - Parameter resource: by any name of its object; nil: all of the account.
    package init(of resource: ResourceName?, account: String) {
        self.resource = resource
        self.account = account
    }

    package func run(in store: any StoreTransaction) throws -> Answer {
        guard let account = try store.account(named: account) else { return .neverUsed }
        let rows = try store.resources(of: account)
        guard let resource else {
            try ask(wish: .account(account), in: store)
            return .requested(rows.map(\.name))
        }
        guard let row = rows.first(where: { $0.name.canonical == resource.canonical }) else { return .unknownResource }
        try ask(resource: row.id, in: store)
        return .requested([row.name])
    }

    /// Somebody who asks again before the daemon has looked asks for nothing more.
    private func ask(
        resource: Int64? = nil, wish: OperatorRequest.Wish = .nothingElse, in store: any StoreTransaction
    ) throws {
        let isAsked = try store.requests([.poll]).contains { $0.resource == resource && $0.wish == wish }
        if !isAsked { try store.ask(.poll, resource: resource, wish: wish) }
    }
}

/// The resources that somebody asked to have polled. Nothing is asked for any more then: a process that dies before it has
/// polled them is followed by one that polls all at once.
package struct TakePollRequests {
    package struct Asked: Sendable, Equatable {
        /// Each once, in the order of their numbers.
        package var names: [ResourceName] = []
        /// Requests that could not be read, and are forgotten.
        package var dropped: [UnreadableRow] = []
    }

    private let account: StoredAccount

    package init(of account: StoredAccount) {
        self.account = account
    }

    package func run(in store: any StoreTransaction) throws -> Asked {
        let rows = try store.resources(of: account.id)
        var (asked, meant, ended): (Asked, Set<Int64>, [Int64]) = (Asked(), [], [])
        for request in try store.requests([.poll]) {
            switch request.wish {
            case .account(account.id): meant.formUnion(rows.map(\.id))
            case .nothingElse where rows.contains(where: { $0.id == request.resource }):
                if let resource = request.resource { meant.insert(resource) }
            // Of another account.
            case .account: continue
            case .nothingElse where request.resource != nil: continue
            case .nothingElse, .held, .replay, .delivery, .letters, .unreadable:
                asked.dropped.append(UnreadableRow(request: request.id))
            }
            ended.append(request.id)
        }
        if !ended.isEmpty { try store.write([.endRequests(ended)]) }
        asked.names = rows.filter { meant.contains($0.id) }.map(\.name)
        return asked
    }
}
