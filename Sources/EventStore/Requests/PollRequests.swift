// That a resource is to be polled before its time: asked for by a command, and taken by the daemon.

import ChangeFeed

/// Asks the daemon to poll a resource next, or all of them.
package struct AskForPoll {
    package enum Answer: Sendable, Equatable {
        /// By the names under which they are polled.
        case requested([ResourceName])
        case unknownResource
    }

    private let resource: ResourceName?

    /// - Parameter resource: by any name of its object; nil: all.
    package init(of resource: ResourceName?) {
        self.resource = resource
    }

    package func run(in store: any StoreTransaction) throws -> Answer {
        let rows = try store.resources()
        guard let resource else {
            try ask(resource: nil, in: store)
            return .requested(rows.map(\.name))
        }
        guard let row = rows.first(where: { $0.name.canonical == resource.canonical }) else { return .unknownResource }
        try ask(resource: row.id, in: store)
        return .requested([row.name])
    }

    /// Somebody who asks again before the daemon has looked asks for nothing more.
    private func ask(resource: Int64?, in store: any StoreTransaction) throws {
        let isAsked = try store.requests([.poll]).contains { $0.resource == resource && $0.wish == .nothingElse }
        if !isAsked { try store.ask(.poll, resource: resource) }
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

    package init() {}

    package func run(in store: any StoreTransaction) throws -> Asked {
        let rows = try store.resources()
        var (asked, meant, ended): (Asked, Set<Int64>, [Int64]) = (Asked(), [], [])
        for request in try store.requests([.poll]) {
            switch request.wish {
            case .nothingElse where request.resource == nil: meant.formUnion(rows.map(\.id))
            case .nothingElse where rows.contains(where: { $0.id == request.resource }):
                if let resource = request.resource { meant.insert(resource) }
            // Of one that is set aside.
            case .nothingElse: break
            case .held, .replay, .delivery, .letters, .unreadable:
                asked.dropped.append(UnreadableRow(request: request.id))
            }
            ended.append(request.id)
        }
        if !ended.isEmpty { try store.write([.endRequests(ended)]) }
        asked.names = rows.filter { meant.contains($0.id) }.map(\.name)
        return asked
    }
}
