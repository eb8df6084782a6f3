// How many of something, for people.

extension Int {
    /// `1 event`, `2 events`; `many` is for what does not add an s.
    package func counted(_ one: String, _ many: String? = nil) -> String {
        "\(self) \(self == 1 ? one : many ?? one + "s")"
    }
}
