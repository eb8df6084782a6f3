// The services of the package, told by their files: the plain one, and each instance beside it.

/// One service of the package: `insightly-webhooks`, or an instance of it such as `insightly-webhooks@other`.
///
/// What systemd tells a service by its environment, a command at the same configuration has to know by itself.
package struct PackagedService: Sendable, Equatable {
    private static let configurations = "/etc/insightly-webhooks/"
    private static let plainState = "/var/lib/insightly-webhooks"
    private static let plainName = "config"

    /// Nil: the plain one.
    package let instance: String?

    /// - Parameter path: a whole path, without `..`
    /// - Returns: nil where no service of the package goes by this file.
    package init?(configuration path: String) {
        guard path.hasPrefix(Self.configurations), path.hasSuffix(".json") else { return nil }
        let name = path.dropFirst(Self.configurations.count).dropLast(".json".count)
        guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/") else { return nil }
        instance = name == Self.plainName ? nil : String(name)
    }

    /// - Returns: nil where it is not where a service of the package has its state store.
    package init?(store path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let plain = Self.plainState.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.starts(with: plain), parts.last == Self.storeName else { return nil }
        switch parts.count - plain.count {
        case 1: instance = nil
        case 2: instance = parts[plain.count]
        default: return nil
        }
    }

    package static let storeName = "state.sqlite3"

    /// As systemctl names it.
    package var unit: String { "insightly-webhooks" + (instance.map { "@" + $0 } ?? "") }

    /// Which systemd makes when it first starts the service.
    package var stateDirectory: String { Self.plainState + (instance.map { "/" + $0 } ?? "") }

    /// Where systemd takes a credential of the service from.
    package func credentialFile(_ name: String) -> String {
        "/etc/credstore/" + (instance.map { $0 + "." } ?? "") + name
    }
}
