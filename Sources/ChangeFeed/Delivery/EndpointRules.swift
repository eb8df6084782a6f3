// What an endpoint gets, and in which order.

/// Which deliveries have to wait for which.
package enum DeliveryOrder: String, Sendable, CaseIterable {
    /// An event waits for earlier ones of its record.
    case record
    /// An event waits for all earlier ones.
    case endpoint
    /// Nothing waits.
    case none

    /// Deliveries with the same key go one after the other; nil waits for none.
    ///
    /// - Parameter isReplay: replays keep order among themselves, and hold up nothing that is new.
    package func key(resource: Int64, record: RecordID, isReplay: Bool = false) -> String? {
        let prefix = isReplay ? "replay " : ""
        switch self {
        case .record: return "\(prefix)\(resource)/\(record.text)"
        case .endpoint: return prefix + "all"
        case .none: return nil
        }
    }

    /// The same key, where the number of the resource is another: by so much more.
    package static func key(_ key: String, ofResourceBehind others: Int64) -> String {
        let parts = key.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let words = parts[0].split(separator: " ")
        guard others != 0, parts.count == 2, let resource = words.last.flatMap({ Int64($0) }) else { return key }
        let moved = words.dropLast().map(String.init) + [String(resource + others)]
        return moved.joined(separator: " ") + "/" + parts[1]
    }
}

/// How events become deliveries to one endpoint.
package struct EndpointRules: Sendable, Equatable {
    package var filter: EventFilter
    package var order: DeliveryOrder
    /// Whether an event of a record that has one waiting takes its place. Only with order `record`.
    package var coalesces: Bool

    package init(filter: EventFilter = .all, order: DeliveryOrder = .record, coalesces: Bool = false) {
        self.filter = filter
        self.order = order
        self.coalesces = coalesces
    }
}

extension Change {
    /// What remains to be told when an event that waits, of a change from `base`, gives its place to this newer one.
    ///
    /// - Parameters:
    ///   - kind: of the event that waits.
    ///   - base: the record as the receiver last got it; nil where it never did.
    ///   - toldBefore: the changes of the event that waits; nil where they are unknown.
    ///   - wasRestored: whether the event that waits told that the record was back.
    package func folded(
        over kind: ChangeKind, base: RawRecord?, toldBefore: [FieldChange]? = nil, wasRestored: Bool,
        updatedDate: FieldPath?
    ) -> Change {
        guard self.kind == .updated else { return self }
        var folded = self
        // What was never told as created is told so now, as it is now.
        if kind == .created {
            folded.kind = .created
            folded.changes = nil
            folded.restored = wasRestored
        } else {
            let changes = base.map { RecordDiff.changes(from: $0, to: record, updatedDate: updatedDate) }
            // What neither told of, and only one of both states holds, may be what one of two kinds of answer alone does.
            // What both hold has changed, be it in an event that this receiver does not get.
            folded.changes = changes?.filter { change in
                guard let told = self.changes, let toldBefore else { return true }
                return change.isBetweenValues || (told + toldBefore).contains { $0.concerns(change) }
            }
        }
        return folded
    }
}
