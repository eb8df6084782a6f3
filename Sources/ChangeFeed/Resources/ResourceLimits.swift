// The limits of a resource as it is configured, each with its reason.

extension Limits {
    /// Records in one page: the API serves 500 whatever is asked for.
    package static let pageSize = 500
}
