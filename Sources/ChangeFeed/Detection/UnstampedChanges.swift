// Changes that moved no updated date: of a single record an edit, of very many in the same path most likely a layout.

/// A reading of a resource's records from end to end, within which changes without a stamp are judged.
package enum Reading: Sendable, Hashable, CaseIterable {
    case poll
    case sweep
}

/// How many records of a resource changed in which paths, without a stamp, within one reading.
package struct UnstampedChanges: Sendable, Equatable {
    /// What is held before counts as well. A record that changed in several paths counts for each of them.
    package var recordsByPath: [String: Int]
    /// Paths that are held before, whose changes stay held until the operator has decided.
    package var heldPaths: Set<String>
    /// Records of the resource.
    package var among: Int
    /// Whether the reading came to its end. Where it did not, nobody knows what part of the records was read.
    package var isWhole: Bool

    package init(recordsByPath: [String: Int], heldPaths: Set<String>, among: Int, isWhole: Bool = true) {
        self.recordsByPath = recordsByPath
        self.heldPaths = heldPaths
        self.among = among
        self.isWhole = isWhole
    }

    /// Changes in no other paths than these are held: a checkbox that is put on a layout is false in every record at once,
    /// and nobody has edited any of them.
    package var pathsToHold: Set<String> {
        let many = recordsByPath.filter { $1 > Limits.massChange && (!isWhole || $1 * 20 > among) }
        return heldPaths.union(many.keys)
    }
}

/// A poll or a sweep that did not end for so long that what it had found was judged without waiting for it any longer.
package struct OverdueReading: Sendable, Equatable, CustomStringConvertible {
    package var resource: ResourceName
    package var reading: Reading
    /// What is held of it from now on.
    package var held: HeldChanges?

    package init(resource: ResourceName, reading: Reading, held: HeldChanges?) {
        self.resource = resource
        self.reading = reading
        self.held = held
    }

    package var description: String {
        "a \(reading) of this resource does not come to its end: the changes without a new updated date that it has "
            + "found so far wait no longer; they are told, but for what is held"
    }
}

/// What the operator is told of changes that are held.
package struct HeldChanges: Sendable, Equatable, CustomStringConvertible {
    package var records: Int
    /// Records of the resource.
    package var among: Int
    /// In their order as texts.
    package var paths: [String]

    package init(records: Int, among: Int, paths: [String]) {
        self.records = records
        self.among = among
        self.paths = paths
    }

    /// `/CUSTOMFIELDS/Checked__c`, or the first few of several.
    package var pathsForPeople: String {
        let shown = paths.prefix(3).joined(separator: ", ")
        return paths.count > 3 ? "\(shown) and \(paths.count - 3) more" : shown
    }

    package var description: String {
        "\(records) of \(among) records changed in \(pathsForPeople) without a new updated date: most likely a field was put "
            + "on a layout or taken away. Their changes are held: `release --changes` tells them, `dismiss` learns them "
            + "silently"
    }
}
