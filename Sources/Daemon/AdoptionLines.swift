// What the log says where the configuration writes resources another way than before.

import ChangeFeed
import Logging

extension ResourceAdoption.Notice {
    var description: String {
        switch self {
        case .renamed: "the resource is written another way now; it goes on where it was"
        case .begunAnew:
            "the resource has another url or idField now, and begins anew: its records are compared with nothing that was "
                + "known. What was known is kept aside for store.retention; the former url and idField take it up again"
        case .takenUp: "the resource has the url and idField of a former time again, and goes on where it was then"
        case .unnamed: "a resource is not configured any more; what is known of it is kept until it is again"
        }
    }

    var level: Logger.Level {
        switch self {
        case .renamed, .takenUp: .notice
        case .begunAnew, .unnamed: .warning
        }
    }

    var metadata: Logger.Metadata {
        switch self {
        case .renamed(let from, let to): ["resource": "\(to)", "was": "\(from)"]
        case .begunAnew(let name, let was, let now):
            [
                "resource": "\(name)", "was": "\(was.map { "\($0.object) by \($0.idField)" } ?? "not known")",
                "is": "\(now.object) by \(now.idField)",
            ]
        case .takenUp(let name, let source): ["resource": "\(name)", "is": "\(source.object) by \(source.idField)"]
        case .unnamed(let name): ["resource": "\(name)"]
        }
    }
}
