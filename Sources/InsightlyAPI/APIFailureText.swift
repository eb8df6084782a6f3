// API failures as people read them, in the log and in `check --online`.

import ChangeFeed

extension APIFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .shortage(let what):
            "no request could be made: \(what)"
        case .unreachable(let why):
            "the API could not be reached: \(why); check insightly.pod or insightly.base_url, and the network"
        case .tlsFailed(let why):
            "no secure connection to the API: \(why); check the address, the clock, and the system's certificates"
        case .connectTimedOut(let limit):
            "the API could not be reached: no connection within \(limit); check insightly.pod or insightly.base_url, and "
                + "the network"
        case .timedOut(let limit):
            "the API gave no whole answer within \(limit)"
        case .brokenOff(let why):
            "the API's answer broke off: \(why)"
        case .tooLarge(let limit):
            "the API's answer is larger than \(limit) bytes; a smaller pageSize makes smaller answers"
        }
    }
}
