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
    /// Of the package, that goes by this file; nil where it lies elsewhere.
    private let service: PackagedService?

    /// Reads the file and every secret it refers to.
    ///
    /// - Throws: `Unreadable` where there is no such file or it may not be read.
    ///
    /// - Parameter needsSecrets: false for a command that has no use for them, and may not be able to read them. The
    ///   address of the state store is read in any case.
    package init(path: String, environment: [String: String], needsSecrets: Bool = true) throws(Unreadable) {
        guard let text = try? WholeFile.bytes(at: path) else { throw Unreadable(path: path) }
        self.path = path
        let service = PackagedService(configuration: URL(fileURLWithPath: path).standardizedFileURL.path)
        self.service = service
        reading = DaemonSettings.read(
            text, secrets: needsSecrets ? .onThisMachine(environment, of: service) : .withoutLooking,
            storeSecrets: .onThisMachine(environment, of: service),
            certificateCheck: needsSecrets ? .at(SteadyClock.wall) : .none, addressCheck: .byLibrary,
            accountFiles: .onThisMachine, at: SteadyClock.wall
        ).naming(path)
        warnings = reading.warnings + reading.exposures(permissions: Self.permissions(of: path))
    }

    package struct Unreadable: Error, Sendable, CustomStringConvertible {
        package let path: String
        package var description: String {
            "\(path) cannot be read; check that it exists and that this user may read it, or name another with --config"
        }
    }

    /// Where the state store lies: as configured, else in the directory that systemd made, else where it would be.
    package func storePath(_ settings: DaemonSettings, environment: [String: String]) -> String {
        Self.storePath(settings, of: service, environment: environment) { FileManager.default.fileExists(atPath: $0) }
    }

    /// - Parameter exists: whether there is a directory of this path.
    static func storePath(
        _ settings: DaemonSettings, of service: PackagedService?, environment: [String: String],
        exists: (String) -> Bool
    ) -> String {
        if let path = settings.store.path { return path }
        // systemd passes several directories, colon between; ours is the first.
        let passed = environment["STATE_DIRECTORY"]?.split(separator: ":").first.map(String.init)
        // A command beside an instance is told nothing by systemd, and must not take the store of another for its own.
        let known = service.map(\.stateDirectory).flatMap { exists($0) ? $0 : nil }
        return (passed ?? known ?? "/var/lib/insightly-webhooks") + "/" + PackagedService.storeName
    }

    /// What there is to say of the place of the state store before a daemon has it.
    ///
    /// - Returns: problems, for which a daemon would end with 69, and warnings.
    package func findings(ofStoreOf settings: DaemonSettings, environment: [String: String]) -> StoreFindings {
        var findings = StoreFindings()
        if settings.store.url != nil {
            // Where there is no library, nobody can say more of the address.
            findings.problems += StoreAddressCheck.missingLibrary.map { [$0] } ?? []
            return findings
        }
        let path = storePath(settings, environment: environment)
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
            findings.problems.append(
                ConfigurationProblem(
                    key: "store.path", wrong: "\(path) is a directory", right: "write the path of a file in it"))
        }
        let directory = (path as NSString).deletingLastPathComponent
        // The usual one is made by systemd, or by the package.
        if settings.store.path != nil, !directory.isEmpty, !FileManager.default.fileExists(atPath: directory) {
            findings.warnings.append(
                ConfigurationProblem(
                    key: "store.path", wrong: "the directory \(directory) is not there, or this user may not see it",
                    right: "check the path, or leave it: a daemon that may, makes it when it starts"))
        }
        return findings
    }

    package struct StoreFindings: Sendable {
        package var problems: [ConfigurationProblem] = []
        package var warnings: [ConfigurationProblem] = []
    }

    fileprivate static func permissions(of path: String) -> UInt32? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.posixPermissions] as? NSNumber)?.uint32Value
    }
}

extension AccountFiles {
    fileprivate static let onThisMachine = AccountFiles { folder in
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        // Editors leave files there whose names begin with a dot.
        return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map { name in
            let path = folder + "/" + name
            return File(
                name: name, text: try? WholeFile.bytes(at: path),
                isReadByOthers: ConfigurationProblem.isReadByOthers(ConfigurationFile.permissions(of: path)))
        }
    }
}

extension SecretSources {
    /// Anything for every secret, which is then of use to nobody.
    fileprivate static let withoutLooking = SecretSources(
        environment: { _ in "unread" }, file: { _ in Array("unread".utf8) },
        credential: { _ in Array("unread".utf8) })

    fileprivate static func onThisMachine(
        _ environment: [String: String], of service: PackagedService?
    ) -> SecretSources {
        let passed = environment["CREDENTIALS_DIRECTORY"]
        return SecretSources(
            environment: { environment[$0] },
            file: contents(of:),
            credential: { name in
                guard let path = passed.map({ $0 + "/" + name }) ?? service?.credentialFile(name),
                    FileManager.default.fileExists(atPath: path)
                else { return nil }
                return try contents(of: path)
            }, credentials: passed != nil ? .passed : service.map { .service($0) } ?? .nowhere)
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
        let problem = error as? CocoaError
        let known: [CocoaError.Code: Int32] = [
            .fileReadNoSuchFile: ENOENT, .fileNoSuchFile: ENOENT, .fileReadNoPermission: EACCES,
        ]
        let cause =
            (problem?.underlying as? POSIXError).map(\.code.rawValue) ?? problem.flatMap { known[$0.code] }
        description = cause.map { String(cString: strerror($0)) } ?? error.localizedDescription
    }
}
