// The `admin.*` and `hint.*` keys: where the daemon itself listens, and whom it lets in.

import ChangeFeed

extension SettingsReader {
    /// An explicit null turns the admin server off, and then nobody is asked for a token.
    mutating func admin() -> (listen: AdminListen?, token: Secret?) {
        let token = adminToken()
        let key = ConfigurationKey.adminListen
        if key.nullMeansNone, document.members[key.rawValue]?.isNull == true { return (nil, nil) }
        let listen = value(key) { value throws(ValueFault) in
            try AdminListen(value, example: "127.0.0.1:9464", socket: "admin.sock")
        }
        warnOfRelativePath(listen, key, socket: "admin.sock")
        if listen.isReachedFromElsewhere, given(.adminToken) == nil {
            problem(
                key, "\(listen) can be reached from other machines, and asks for a token",
                "set \(ConfigurationKey.adminToken.rawValue), or listen on 127.0.0.1")
        }
        return (listen, token)
    }

    private mutating func adminToken() -> Secret? {
        let key = ConfigurationKey.adminToken.rawValue
        let right = "make one with: insightly-webhooks secret, and give it here or as {\"credential\": NAME}"
        guard let given = given(.adminToken), let bytes = secret(given, at: key),
            isFilledIn(bytes, at: key, right: right)
        else { return nil }
        guard !bytes.isEmpty, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            findings.problem(key, "is no token: it is empty, or has spaces or foreign letters", right)
            return nil
        }
        if bytes.count < Self.tokenMayBeGuessed {
            findings.warning(key, "has \(bytes.count.counted("byte")), and may be guessed", right)
        }
        return Secret(bytes)
    }

    /// Bytes: whoever reaches the address may try as often as he likes.
    private static let tokenMayBeGuessed = 16

    /// - Parameter admin: an address that is taken.
    mutating func hint(besides admin: AdminListen?) -> HintListen? {
        let listen = optional(.hintListen) { value throws(ValueFault) in
            try AdminListen(value, example: "127.0.0.1:9465", socket: "hint.sock")
        }
        let username = optional(.hintUsername) { value throws(ValueFault) in
            try value.asBasicUsername(right: "write the name that the workflow's webhook sends")
        }
        let password = hintPassword()
        guard given(.hintListen) != nil else {
            for key in [ConfigurationKey.hintUsername, .hintPassword] where given(key) != nil {
                findings.warning(
                    key.rawValue, "is not used without \"\(ConfigurationKey.hintListen.rawValue)\"",
                    "write an address there, such as \"127.0.0.1:9465\", or take it out")
            }
            return nil
        }
        for key in [ConfigurationKey.hintUsername, .hintPassword] where given(key) == nil {
            missing(key, "write what the workflow's webhook is to send; without it anybody could send hints")
        }
        if let listen {
            look(at: listen, besides: admin)
            warnOfRelativePath(listen, .hintListen, socket: "hint.sock")
        }
        guard let listen, let username, let password else { return nil }
        return HintListen(listen: listen, username: username, password: password)
    }

    private mutating func hintPassword() -> Secret? {
        let key = ConfigurationKey.hintPassword.rawValue
        let right =
            "write the password that the workflow's webhook sends, or where it lies, such as {\"credential\": NAME}"
        guard let given = given(.hintPassword), let bytes = secret(given, at: key),
            isPassword(bytes, at: key, right: right)
        else { return nil }
        guard !bytes.isEmpty else {
            findings.problem(key, "is empty: anybody could send hints", right)
            return nil
        }
        return Secret(bytes)
    }

    /// Nobody else knows where that directory is, and under systemd it is `/`, where the daemon may not write.
    private mutating func warnOfRelativePath(_ listen: AdminListen, _ key: ConfigurationKey, socket: String) {
        guard case .unix(let path) = listen, !path.hasPrefix("/") else { return }
        findings.warning(
            key.rawValue, "\(listen) is relative to the directory that the daemon is started in",
            "write the whole path, such as \"unix:/run/insightly-webhooks/\(socket)\"")
    }

    private mutating func look(at listen: AdminListen, besides admin: AdminListen?) {
        if listen == admin, !listen.isAnyPort {
            problem(.hintListen, "is the address of \"\(ConfigurationKey.adminListen.rawValue)\"", "write another port")
        }
        if listen.isReachedFromElsewhere {
            findings.warning(
                ConfigurationKey.hintListen.rawValue,
                "\(listen) can be reached from other machines, and the password comes there in the clear",
                "listen on 127.0.0.1, behind a proxy that speaks https")
        }
    }
}

extension JSONValue {
    /// A name that Basic credentials can carry.
    func asBasicUsername(right: String) throws(ValueFault) -> String {
        let name = try asText()
        if let placeholder = Placeholder(marked: name) { throw placeholder.fault(right: right) }
        guard !name.contains(":"), !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw ValueFault(
                wrong: "the name has a colon or a control character, which Basic credentials cannot carry",
                right: "write another name")
        }
        return name
    }
}

extension AdminListen {
    init(_ value: JSONValue, example: String, socket: String) throws(ValueFault) {
        let fault = ValueFault(
            wrong: "\(value.shown) is not an address to listen on",
            right: "write HOST:PORT such as \"\(example)\", \"unix:/run/insightly-webhooks/\(socket)\" or null")
        guard case .string(let text) = value else { throw fault }
        if text.hasPrefix("unix:") {
            // The kernel's limit on the path of a socket, its closing zero included, is 108 bytes.
            guard (6..<112).contains(text.utf8.count), !text.contains("\0") else { throw fault }
            self = .unix(path: String(text.dropFirst(5)))
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw fault
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw fault
        }
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || "/@[]".contains($0) }) else { throw fault }
        self = .tcp(host: String(host), port: Int(port))
    }

    /// Whether it is no matter of this machine alone.
    var isReachedFromElsewhere: Bool {
        if case .tcp(let host, _) = self { !WebAddress.isLoopback(host: host) } else { false }
    }

    fileprivate var isAnyPort: Bool {
        if case .tcp(_, 0) = self { true } else { false }
    }
}

extension AdminListen: CustomStringConvertible {
    /// As it is written in a configuration.
    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
