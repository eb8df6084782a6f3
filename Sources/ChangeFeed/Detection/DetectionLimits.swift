// The limits of detection, each with its reason.

extension Limits {
    /// More records than this, and more than a twentieth of a resource, that change in the same path without a stamp are
    /// no edits of theirs.
    package static let massChange = 20

    /// Taken off every time asked for: stamps are cut to whole seconds, and "after" may mean "strictly after".
    package static let stampMargin: Duration = .seconds(1)
}
