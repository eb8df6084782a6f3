// Where secrets come from, as closures, so that reading a configuration touches neither environment nor files.

import ChangeFeed

/// The outside world of a configuration.
package struct SecretSources: Sendable {
    /// The value of an environment variable; nil where it is not set.
    package var environment: @Sendable (_ name: String) -> String?
    /// The content of a file.
    package var file: @Sendable (_ path: String) throws -> [UInt8]
    /// The content of a credential that systemd passed; nil where there is none of this name.
    package var credential: @Sendable (_ name: String) throws -> [UInt8]?
    package var credentials: CredentialPlace

    /// Where credentials are looked for.
    package enum CredentialPlace: Sendable {
        /// systemd passed some, and said where they lie.
        case passed
        /// It passed none: they are read from where it takes those of this service.
        case service(PackagedService)
        case nowhere
    }

    package init(
        environment: @escaping @Sendable (String) -> String?,
        file: @escaping @Sendable (String) throws -> [UInt8],
        credential: @escaping @Sendable (String) throws -> [UInt8]?, credentials: CredentialPlace = .nowhere
    ) {
        self.environment = environment
        self.file = file
        self.credential = credential
        self.credentials = credentials
    }

    /// As somebody is told to give a credential.
    func advised(_ name: String) -> String {
        guard case .service(let service) = credentials else { return "credential \(name)" }
        return "credential \(name) (\(service.credentialFile(name)), which root alone may see)"
    }
}

/// A reference to a secret, or the secret itself.
enum SecretReference {
    case literal(String)
    case environment(String)
    case file(String)
    case credential(String)

    /// The credentials that the units of the package have a line for.
    private static let namedByTheUnit: Set = ["insightly-api-key", "signature-key"]
    private static let members = ["env", "file", "credential"]
    private static let forms = #"write a text, {"env": NAME}, {"file": PATH} or {"credential": NAME}"#

    /// Never names the value, which may be a secret in the wrong clothes.
    init(_ value: JSONValue) throws(ValueFault) {
        switch value {
        case .string(let text): self = .literal(text)
        case .object(let object):
            guard object.members.count == 1, let member = object.members.first else {
                throw ValueFault(wrong: "is an object with \(object.members.count) members", right: Self.forms)
            }
            guard Self.members.contains(member.name) else {
                let near = nearestName(to: member.name, among: Self.members).map { "; the nearest is \"\($0)\"" }
                throw ValueFault(
                    wrong: "has \"\(member.name)\", which is no source of secrets\(near ?? "")", right: Self.forms)
            }
            guard case .string(let name) = member.value, !name.isEmpty else {
                throw ValueFault(wrong: "has no text in \"\(member.name)\"", right: Self.forms)
            }
            guard !name.looksLikeSecret else {
                throw ValueFault(
                    wrong: "has a secret in \"\(member.name)\", where its name belongs",
                    right: "write the name of what holds it, or the secret itself as a text")
            }
            switch member.name {
            case "env":
                guard
                    name.utf8.allSatisfy({
                        $0 == UInt8(ascii: "_") || Character(Unicode.Scalar($0)).isPlainLetterOrDigit
                    })
                else {
                    throw ValueFault(
                        wrong: "has no name of a variable in \"env\"", right: "write the name, not the secret")
                }
                self = .environment(name)
            case "file": self = .file(name)
            default:
                guard !name.contains("/"), name != "..", name != "." else {
                    throw ValueFault(
                        wrong: "has a path in \"credential\"",
                        right: "write the name of a credential, or {\"file\": PATH}")
                }
                self = .credential(name)
            }
        default:
            throw ValueFault(wrong: "is not a secret", right: Self.forms)
        }
    }

    /// Looks the secret up. The line break that editors leave at the end of a file is dropped.
    func resolve(in sources: SecretSources) throws(ValueFault) -> [UInt8] {
        switch self {
        case .literal(let text): return Array(text.utf8)
        case .environment(let name):
            guard let text = sources.environment(name), !text.isEmpty else {
                throw ValueFault(
                    wrong: "the environment variable \(name) is not set",
                    right: "set it for the daemon, or name another")
            }
            return Self.withoutLineBreak(Array(text.utf8))
        case .file(let path):
            let bytes: [UInt8]
            do { bytes = Self.withoutLineBreak(try sources.file(path)) } catch {
                throw ValueFault(
                    wrong: "the file \(path) cannot be read (\(error))", right: "create it, readable for the daemon")
            }
            guard !bytes.isEmpty else {
                throw ValueFault(wrong: "the file \(path) is empty", right: "write the secret into it")
            }
            return bytes
        case .credential(let name): return try Self.credential(name, of: sources)
        }
    }

    private static func credential(_ name: String, of sources: SecretSources) throws(ValueFault) -> [UInt8] {
        let given: [UInt8]?
        do { given = try sources.credential(name).map(withoutLineBreak) } catch {
            throw ValueFault(
                wrong: "the credential \(name) cannot be read (\(error))", right: "check LoadCredential= of the unit")
        }
        if let given, !given.isEmpty { return given }
        let file =
            "write the secret into /etc/credstore/\(name), or into the file that LoadCredential=\(name) of the unit "
            + "names, and restart"
        if given != nil { throw ValueFault(wrong: "the credential \(name) is empty", right: file) }
        // What is missing of those that the unit has a line for is the file.
        let right =
            namedByTheUnit.contains(name)
            ? file : "give the unit LoadCredential=\(name), write the secret into /etc/credstore/\(name), and restart"
        switch sources.credentials {
        case .passed: throw ValueFault(wrong: "systemd passed credentials, but none named \(name)", right: right)
        case .service(let service):
            let file = service.credentialFile(name)
            throw ValueFault(
                wrong: "there is no credential \(name): \(file) is not there, or this user may not see it",
                right: "write the secret into it, and ask again as root. One that lies encrypted in "
                    + "/etc/credstore.encrypted, the service alone can read")
        case .nowhere:
            throw ValueFault(
                wrong: "there is no credential \(name), for CREDENTIALS_DIRECTORY is not set",
                right: "under systemd, \(right); by hand, set CREDENTIALS_DIRECTORY=/etc/credstore, or write "
                    + "{\"env\": NAME} or {\"file\": PATH}")
        }
    }

    private static func withoutLineBreak(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return bytes
    }
}

extension String {
    /// What must not be repeated in a message, should somebody have put it in the wrong place.
    var looksLikeSecret: Bool {
        ["whsec_", "whsk_"].contains(where: hasPrefix) || contains("-----BEGIN") || contains(where: \.isNewline)
    }
}

extension Character {
    /// Of the kind that names of environment variables are made of.
    fileprivate var isPlainLetterOrDigit: Bool { isASCII && (isLetter || isNumber) }
}
