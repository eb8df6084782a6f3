// What the daemons of a fleet are told: the same, but for how they reach the database.

import Foundation

struct FleetConfiguration {
    private let directory: String
    private let keys: [String: String]

    /// - Parameter ports: where the instance of each account is.
    init(_ scale: ProofScale, directory: String, callback: String, ports: [String: Int]) {
        self.directory = directory
        let waits = Array(repeating: "\"200ms\"", count: 60).joined(separator: ",")
        let accounts = ports.sorted { $0.key < $1.key }.map { name, port in
            #"{"name": "\#(name)", "insightly.base_url": "http://127.0.0.1:\#(port)/v3.1/"}"#
        }
        keys = [
            "accounts": "[\(accounts.joined(separator: ",\n"))]", "admin.listen": "null", "store.path": "null",
            "fleet.lease": "\"\(scale.lease)s\"", "log.format": #""json""#, "log.level": #""notice""#,
            "event.notification.enabled": "true", "event.notification.callback.url": "\"\(callback)\"",
            "event.notification.allowed_networks": #"["127.0.0.0/8"]"#, "event.notification.timeout": #""5s""#,
            "event.notification.retry.schedule": "[\(waits)]", "insightly.requests_per_second": "5",
            "event.poller.start": #""beginning""#, "event.poller.overlap": #""20s""#,
            // As many requests a second in all, however many accounts there are.
            "event.poller.refresh_interval": "\(Double(scale.accounts) * 0.0015)",
            "event.poller.configuration": #"{"contacts": {"pageSize": 9}, "organisations": {}, "opportunities": {}}"#,
        ]
    }

    /// - Returns: the path of the file.
    func write(_ number: Int, store address: String) throws -> String {
        let members = keys.merging(["store.url": "\"\(address)\""]) { $1 }.map { "\"\($0)\": \($1)" }.sorted()
        let path = "\(directory)/config\(number).json"
        try ("{\n" + members.joined(separator: ",\n") + "\n}\n").write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}
