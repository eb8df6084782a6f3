// What to write in place of a key that nobody knows.

import ChangeFeed

/// What to do about a key that is not among the known ones.
func rightKey(for written: String, among known: [String], _ more: String = "") -> String {
    guard let nearest = nearestName(to: written, among: known) else {
        return "take it out, or look for the key in docs/configuration.md"
    }
    return "the nearest known one is \"\(nearest)\"\(more)"
}
