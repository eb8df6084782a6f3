// The `store.*`, `admin.*` and `log.*` keys: the daemon as a process.

import ChangeFeed

extension SettingsReader {
    mutating func store() -> StoreSettings {
        StoreSettings(
            path: optional(.storePath) { value throws(ValueFault) in try value.asText() },
            retention: value(.storeRetention) { value throws(ValueFault) in try value.asDuration(zeroAllowed: false) })
    }

    mutating func log() -> LogSettings {
        LogSettings(
            level: value(.logLevel) { value throws(ValueFault) in try value.asChoice(of: LogLevel.self) },
            format: value(.logFormat) { value throws(ValueFault) in try value.asChoice(of: LogFormat.self) })
    }

    /// An explicit null turns the admin server off.
    mutating func adminListen() -> AdminListen? {
        let key = ConfigurationKey.adminListen
        if key.nullMeansNone, document.members[key.rawValue]?.isNull == true { return nil }
        let listen = value(key) { value throws(ValueFault) in try AdminListen(value) }
        if case .tcp(let host, _) = listen, !WebAddress.isLoopback(host: host) {
            findings.warning(
                key.rawValue, "shows everybody who reaches \(host) how the daemon does",
                "write 127.0.0.1:9464, or a unix: path")
        }
        return listen
    }
}

extension AdminListen {
    init(_ value: JSONValue) throws(ValueFault) {
        let fault = ValueFault(
            wrong: "\(value.shown) is not an address to listen on",
            right: "write HOST:PORT such as \"127.0.0.1:9464\", \"unix:/run/insightly-webhooks/admin.sock\" or null")
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
}
