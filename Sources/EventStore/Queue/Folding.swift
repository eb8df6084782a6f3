// How events of an endpoint that coalesces take the place of those that wait: what is told then.

import ChangeFeed

extension ToldDelivery {
    /// `contact.updated`, as its receiver is told.
    package var type: String { toldType ?? eventType }
}

package enum Folding {
    /// A delivery carries a newer event of its record: its newest state, and the diff from what the receiver has. It has
    /// all of its attempts before it, from when the delivery is due; but a record that is never accepted must come to an
    /// end, however often it changes.
    package static func fold(
        _ body: [UInt8], of type: String, sequence: Int, into told: ToldDelivery
    ) -> (told: ToldDelivery, news: FoldWrite.Told, change: DeliveryChange) {
        let news = tell(body, over: told)
        var after = told
        (after.eventSequence, after.eventType) = (sequence, type)
        after.take(news, own: body)
        if told.attempts <= Limits.attemptsForgiven { after.attemptsBefore = told.attempts }
        var change = DeliveryChange()
        change.eventSequence = sequence
        change.attemptsBefore = after.attemptsBefore
        change.type = after.type
        return (after, news, change)
    }

    /// After a delivery that was given up: the one behind it, which may come much later, tells what that one would have
    /// told as well.
    package static func passOn(
        _ dead: ToldDelivery, to newer: ToldDelivery
    ) -> (told: ToldDelivery, base: FoldWrite.Base, news: FoldWrite.Told) {
        let news = tell(newer.body, over: dead)
        var after = newer
        after.base = dead.base
        after.take(news, own: newer.body)
        let base = FoldWrite.Base(content: dead.base.isEmpty ? nil : dead.base, updatedField: newer.updatedField)
        return (after, base, news)
    }

    /// What a delivery tells, where that is not its event's own body. Nothing is folded where the store's file was
    /// damaged: the newer event then goes as it is.
    private static func tell(_ newer: [UInt8], over told: ToldDelivery) -> FoldWrite.Told {
        guard let newer = EventMessage(body: newer), let earlier = EventMessage(body: told.body) else {
            return FoldWrite.Told()
        }
        let change = newer.change.folded(
            over: earlier.change.kind, base: try? RawRecord.read(told.base), toldBefore: earlier.change.changes,
            wasRestored: earlier.change.restored, updatedDate: told.updatedField)
        return FoldWrite.Told(
            type: "\(newer.typeName).\(change.kind.rawValue)",
            body: EventBody.standard(
                id: newer.id, typeName: newer.typeName, change: change, sequence: newer.sequence,
                resource: newer.resource, detectedAt: newer.detectedAt, account: newer.account))
    }
}

extension ToldDelivery {
    /// - Parameter own: the body of the event, as it stands in the log.
    fileprivate mutating func take(_ news: FoldWrite.Told, own: [UInt8]) {
        (toldType, toldBody) = (news.type, news.body)
        body = news.body ?? own
    }
}
