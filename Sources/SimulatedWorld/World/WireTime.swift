// How the API writes a time in a body: `2025-04-22 20:03:25`, UTC without saying so, whole seconds.

import ChangeFeed

enum WireTime {
    static func text(_ instant: Instant) -> String {
        let civil = CivilTime(instant)
        let pad = CivilTime.padded
        return "\(pad(civil.year, 4))-\(pad(civil.month, 2))-\(pad(civil.day, 2)) "
            + "\(pad(civil.hour, 2)):\(pad(civil.minute, 2)):\(pad(civil.second, 2))"
    }
}
