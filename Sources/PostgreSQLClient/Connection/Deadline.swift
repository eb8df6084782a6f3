// A moment until which something is waited for.

import ChangeFeed

struct Deadline {
    private let moment: ContinuousClock.Instant

    init(in duration: Duration) {
        moment = .now + duration
    }

    /// What is left, as poll(2) takes it, and never less than there is; 0 once it is over.
    var milliseconds: Int32 {
        let left = (moment - .now).inSeconds * 1_000
        return Int32(min(max(left, 0), Double(Int32.max)).rounded(.up))
    }
}
