// A receiver of docs/webhooks.md, served by its framework as it stands there.

import Foundation
import StartedPrograms
import Testing

enum DocumentedReceiver: String, CaseIterable {
    case httpServer = "http.server"
    case flask = "Flask"
    case django = "Django"
    case fastAPI = "FastAPI"
    case node = "Node"
    case express = "Express"

    private var code: String {
        get throws {
            switch self {
            case .httpServer: try Documentation.webhooks.code(under: "### Python, with a package")
            case .express:
                try Documentation.webhooks.code(under: "### Node", upTo: "createServer(")
                    + Documentation.webhooks.code(under: "### Express")
            case .flask, .django, .fastAPI, .node: try Documentation.webhooks.code(under: "### \(rawValue)")
            }
        }
    }

    /// What follows the host in the callback's URL.
    private var path: String {
        switch self {
        case .httpServer, .node: ""
        case .flask, .fastAPI, .express: "insightly"
        case .django: "insightly/"
        }
    }

    /// Whether this machine has what it needs.
    var isInstalled: Bool {
        switch self {
        case .httpServer, .flask, .django, .fastAPI: Interop.python != nil
        case .node: Interop.node != nil
        case .express: Interop.node != nil && FileManager.default.fileExists(atPath: Self.debianModules + "/express")
        }
    }

    static var installed: [DocumentedReceiver] { allCases.filter(\.isInstalled) }

    /// Where Debian keeps what its packages bring for Node.
    private static let debianModules = "/usr/share/nodejs"

    /// Starts it in a directory of the test's.
    func start(in directory: URL) async throws -> Running {
        let environment = [
            "WEBHOOK_SECRET": Stage.signatureKey, "NODE_PATH": Self.debianModules,
        ]
        let program: RunningProgram
        switch self {
        case .httpServer, .flask, .django, .fastAPI:
            let file = directory.appendingPathComponent("receiver.py")
            try code.write(to: file, atomically: true, encoding: .utf8)
            program = try RunningProgram(
                try #require(Interop.python), [Project.file("Tests/Interop/documented.py"), rawValue, file.path],
                environment: environment)
        case .node, .express:
            let file = directory.appendingPathComponent("receiver.mjs")
            try code.write(to: file, atomically: true, encoding: .utf8)
            try FileManager.default.createSymbolicLink(
                atPath: directory.appendingPathComponent("node_modules").path,
                withDestinationPath: Self.debianModules)
            program = try RunningProgram(
                try #require(Interop.node), ["--import", Project.file("Tests/Interop/any-port.mjs"), file.path],
                environment: environment)
        }
        var lines = program.lines.makeAsyncIterator()
        let base = try #require(await lines.next(where: { $0.hasPrefix("http://") }))
        return Running(program: program, url: base + path)
    }

    struct Running {
        let program: RunningProgram
        let url: String

        /// What it has printed of so many different records, `contact.created 7`; servers print other things too.
        func told(_ count: Int) async -> Set<String> {
            var told: Set<String> = []
            for await line in program.lines where line.wholeMatch(of: /\w+\.\w+ \d+/) != nil {
                told.insert(line)
                if told.count == count { break }
            }
            return told
        }
    }
}

extension AsyncStream<String>.Iterator {
    /// The next line that satisfies the condition.
    mutating func next(where condition: (String) -> Bool) async -> String? {
        while let line = await next() {
            if condition(line) { return line }
        }
        return nil
    }
}
