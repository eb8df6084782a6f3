// The configuration as it lies on this machine: the file, the environment, the credentials of systemd.

import DaemonConfiguration
import Foundation

/// A configuration file, read.
package struct ConfigurationFile: Sendable {
    package static let defaultPath = "/etc/insightly-webhooks/config.json"

    package let path: String
    package let reading: ConfigurationReading
    /// What is not wrong but ought to be known.
    package let warnings: [ConfigurationProblem]

    /// Reads the file and every secret it refers to.
    ///
    /// - Throws: `Unreadable` where there is no such file or it may not be read.
    ///
    /// - Parameter needsSecrets: false for a command that has no use for them, and may not be able to read them.
    package init(path: String, environment: [String: String], needsSecrets: Bool = true) throws(Unreadable) {
        guard let text = try? WholeFile.bytes(at: path) else { throw Unreadable(path: path) }
        self.path = path
        reading = DaemonSettings.read(
            text, secrets: needsSecrets ? .onThisMachine(environment) : .withoutLooking,
            certificateCheck: needsSecrets ? .at(SteadyClock.wall) : .none, accountFiles: .onThisMachine,
            at: SteadyClock.wall)
        warnings = reading.warnings + reading.exposures(permissions: Self.permissions(of: path))
    }

    package struct Unreadable: Error, Sendable, CustomStringConvertible {
        package let path: String
        package var description: String {
            "\(path) cannot be read; check that it exists and that this user may read it, or name another with --config"
        }
    }

    /// Where the state store lies: as configured, else in the directory that systemd made, else where it would be.
    package static func storePath(_ settings: DaemonSettings, environment: [String: String]) -> String {
        if let path = settings.store.path { return path }
        // systemd passes several directories, colon between; ours is the first.
        let directory = environment["STATE_DIRECTORY"]?.split(separator: ":").first.map(String.init)
        return (directory ?? "/var/lib/insightly-webhooks") + "/state.sqlite3"
    }

    private static func permissions(of path: String) -> UInt32? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.posixPermissions] as? NSNumber)?.uint32Value
    }
}

extension AccountFiles {
    fileprivate static let onThisMachine = AccountFiles { folder in
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        // Editors leave files there whose names begin with a dot.
        return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map { name in
            File(name: name, text: try? WholeFile.bytes(at: folder + "/" + name))
        }
    }
}

extension SecretSources {
    /// Anything for every secret, which is then of use to nobody.
    fileprivate static let withoutLooking = SecretSources(
        environment: { _ in "unread" }, file: { _ in Array("unread".utf8) },
        credential: { _ in Array("unread".utf8) })

    fileprivate static func onThisMachine(_ environment: [String: String]) -> SecretSources {
        SecretSources(
            environment: { environment[$0] },
            file: contents(of:),
            credential: { name in
                guard let directory = environment["CREDENTIALS_DIRECTORY"] else { return nil }
                let path = directory + "/" + name
                guard FileManager.default.fileExists(atPath: path) else { return nil }
                return try contents(of: path)
            }, hasCredentials: environment["CREDENTIALS_DIRECTORY"] != nil)
    }

    @Sendable private static func contents(of path: String) throws -> [UInt8] {
        do { return try WholeFile.bytes(at: path) } catch {
            throw SystemReason(error)
        }
    }
}

/// Why a file cannot be read, in the system's own few words.
private struct SystemReason: Error, CustomStringConvertible {
    let description: String

    init(_ error: any Error) {
        let cause = (error as? CocoaError)?.underlying as? POSIXError
        description = cause.map { String(cString: strerror($0.code.rawValue)) } ?? error.localizedDescription
    }
}
