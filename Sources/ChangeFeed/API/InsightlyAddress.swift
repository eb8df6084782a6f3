// What Insightly's own host names say, and what to do about an answer that points elsewhere.

package enum InsightlyAddress {
    /// The pod that a host, or a URL of Insightly, is of: `na1` of `https://api.na1.insightly.com/v3.1/`.
    package static func pod(in text: String) -> String? {
        var rest = Substring(text.lowercased())
        for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
        let labels = rest.prefix { !"/?#:".contains($0) }.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count == 4, ["api", "crm"].contains(labels[0]), labels[2...] == ["insightly", "com"] else {
            return nil
        }
        return String(labels[1])
    }

    /// What a redirect is to be told of as. None is followed.
    ///
    /// - Parameter target: scheme and host of where it leads.
    package static func redirect(_ status: Int, to target: String?) -> String {
        guard let target else {
            return
                "answered \(status), a redirect to another path, and none is followed. Check insightly.base_url, and "
                + "the url of the resource"
        }
        let points =
            "answered \(status) and points to \(target). No redirect is followed, for the key would travel along"
        if let pod = pod(in: target) { return points + ". If your instance has moved, write insightly.pod: \"\(pod)\"" }
        return points + ". Check insightly.pod or insightly.base_url, and what stands between here and Insightly"
    }
}
