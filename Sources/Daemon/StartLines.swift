// What the log says when the store is opened, and when an account begins to be polled.

import ChangeFeed
import EventStore
import Logging

extension Logger {
    func logOpened(_ store: any StateStore) {
        if store.isNew {
            notice(
                "the state store is new: this is a first run, and event.poller.start says what counts as news",
                metadata: ["store": "\(store.location.place)"])
        }
        for words in store.warnings { warning("\(words)", of: store) }
    }

    func warning(_ words: Message, of store: any StateStore) {
        warning(words, metadata: ["store": "\(store.location.place)"])
    }

    func logStart(of account: StartingState.Account) {
        for row in account.unreadable { warning("\(row); it is learned anew") }
        for notice in account.memory.notices {
            log(level: notice.level, "\(notice.description)", metadata: notice.metadata)
        }
    }

    func logPolling(_ queue: StartingState.Queue, _ resources: String, version: String, store: String) {
        notice(
            "polling",
            metadata: [
                "version": "\(version)", "store": "\(store)", "resources": "\(resources)",
                "queued": .stringConvertible(queue.depth.open),
                "dead": .stringConvertible(queue.depth.dead),
            ])
        for endpoint in queue.abandoned {
            warning(
                "events wait for an endpoint that is not configured any more; they are kept until it is again",
                metadata: ["endpoint": "\(endpoint.name)", "queued": .stringConvertible(endpoint.open)])
        }
    }
}
