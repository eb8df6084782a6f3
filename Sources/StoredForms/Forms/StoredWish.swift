// What a request is about in particular, as it stands in its column.

import ChangeFeed
import EventStore

extension OperatorRequest.Wish {
    package init(_ detail: String?, of verb: OperatorRequest.Verb) {
        switch verb {
        case .resume, .resumeAPI, .poll: self = detail == nil ? .nothingElse : .unreadable
        case .release, .releaseChanges, .dismiss:
            self = detail.map { StoredHeldThings.value(in: $0).map(Self.held) ?? .unreadable } ?? .nothingElse
        case .replay: self = detail.flatMap(StoredReplay.value).map(Self.replay) ?? .unreadable
        case .giveUp, .giveUpAll: self = detail.flatMap { Int64($0) }.map(Self.delivery) ?? .unreadable
        case .discard: self = detail.flatMap(StoredDeadLetters.value).map(Self.letters) ?? .unreadable
        }
    }

    package var detail: String? {
        switch self {
        case .nothingElse, .unreadable: nil
        case .delivery(let id): String(id)
        case .held(let held): StoredHeldThings.text(held)
        case .letters(let letters): StoredDeadLetters.text(letters)
        case .replay(let request): StoredReplay.text(request)
        }
    }
}
