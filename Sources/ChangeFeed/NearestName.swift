// Finding the name that somebody probably meant.

/// The name out of `names` that takes the fewest slips of the hand to become `written`; nil where none is near enough to
/// have been meant.
package func nearestName(to written: String, among names: [String]) -> String? {
    // The beginning of a name, or a name with more behind it, is nearer than what has as many letters.
    let begun = names.filter {
        $0.hasPrefix(written.lowercased()) || (written.lowercased().hasPrefix($0) && $0.count > 4)
    }
    if written.count >= 3, let shortest = begun.min(by: { ($0.count, $0) < ($1.count, $1) }) { return shortest }
    let folded = Array(written.lowercased().utf8)
    // With a third of its letters wrong a name is another one.
    return names.map { (name: $0, distance: slips(from: folded, to: Array($0.lowercased().utf8))) }
        .filter { $0.distance <= (max(folded.count, $0.name.utf8.count) + 2) / 3 }
        .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
}

/// The optimal string alignment distance: letters added, lost, changed, or swapped with their neighbour.
private func slips(from left: [UInt8], to right: [UInt8]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 1...left.count {
        var current = [row]
        for column in 1...right.count {
            let change = last[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
            var best = min(change, last[column] + 1, current[column - 1] + 1)
            if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                best = min(best, beforeLast[column - 2] + 1)
            }
            current.append(best)
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}
