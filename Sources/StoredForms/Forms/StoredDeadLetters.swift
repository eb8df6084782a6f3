// Which dead letters somebody asked about, as it stands in the column of the request. Times are microseconds since 1970.

import ChangeFeed
import EventStore

package struct StoredDeadLetters: StoredForm {
    private enum CodingKeys: String, CodingKey {
        case through
        case diedBy = "died_by"
        case givenUpThrough = "given_up_through"
    }

    private var through: Int64
    private var diedBy: Int64
    private var givenUpThrough: Int64?

    package init(_ letters: DeadLetters) {
        through = letters.through
        diedBy = letters.diedBy.microsecondsSince1970
        givenUpThrough = letters.givenUpThrough
    }

    package var value: DeadLetters? {
        Instant(calculable: diedBy).map {
            DeadLetters(through: through, diedBy: $0, givenUpThrough: givenUpThrough)
        }
    }
}
