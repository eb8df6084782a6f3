// How long the parts of an attempt took, as it stands in its column: microseconds.

import ChangeFeed

package struct StoredPhases: StoredForm {
    private var lookup: Int64?
    private var connect: Int64?
    private var wait: Int64?
    private var read: Int64?

    package init(_ phases: AttemptPhases) {
        lookup = phases[.lookup]?.microseconds
        connect = phases[.connect]?.microseconds
        wait = phases[.wait]?.microseconds
        read = phases[.read]?.microseconds
    }

    package var value: AttemptPhases? {
        var phases = AttemptPhases()
        phases[.lookup] = lookup.map { .microseconds($0) }
        phases[.connect] = connect.map { .microseconds($0) }
        phases[.wait] = wait.map { .microseconds($0) }
        phases[.read] = read.map { .microseconds($0) }
        return phases
    }
}
