// What an operator has decided about, as it stands in the column of the request. Times are microseconds since 1970.

import ChangeFeed
import EventStore

package struct StoredHeldThings: StoredForm {
    private enum CodingKeys: String, CodingKey {
        case deletesHeldSince = "deletes_held_since"
        case changesHeldThrough = "changes_held_through"
        case areDeletesBegun = "deletes_begun"
    }

    private var deletesHeldSince: Int64?
    private var changesHeldThrough: Int64?
    private var areDeletesBegun: Bool?

    package init(_ held: HeldThings) {
        deletesHeldSince = held.deletesHeldSince?.microsecondsSince1970
        changesHeldThrough = held.changesHeldThrough?.microsecondsSince1970
        areDeletesBegun = held.areDeletesBegun ? true : nil
    }

    package var value: HeldThings? {
        let deletes = deletesHeldSince.flatMap(Instant.init(calculable:))
        let changes = changesHeldThrough.flatMap(Instant.init(calculable:))
        guard (deletes == nil) == (deletesHeldSince == nil), (changes == nil) == (changesHeldThrough == nil) else {
            return nil
        }
        return HeldThings(
            deletesHeldSince: deletes, changesHeldThrough: changes, areDeletesBegun: areDeletesBegun ?? false)
    }
}
