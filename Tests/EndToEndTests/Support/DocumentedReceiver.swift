// A receiver of the documentation, served as it stands there: of docs/webhooks.md, or one of docs/receivers.

import Foundation
import StartedPrograms
import Testing

enum DocumentedReceiver: String, CaseIterable {
    case httpServer = "http.server"
    case django = "Django"
    case express = "Express"
    case flask = "Flask"
    case fastAPI = "FastAPI"
    case node = "Node"
    case php = "PHP"
    case ruby = "Ruby"
    case java = "Java"
    case swift = "Swift"

    /// The code of docs/webhooks.md; nil for what is a file of docs/receivers.
    private var shown: String? {
        get throws {
            switch self {
            case .httpServer: try Documentation.webhooks.code(under: "### Python, with a package")
            case .express:
                try Documentation.webhooks.code(under: "### Node")
                    + Documentation.webhooks.code(under: "### Express")
            case .django: try Documentation.webhooks.code(under: "### Django")
            default: nil
            }
        }
    }

    private var file: String {
        let path =
            switch self {
            case .flask: "python/flask_receiver.py"
            case .fastAPI: "python/fastapi_receiver.py"
            case .node: "node/receiver.mjs"
            case .php: "php/receiver.php"
            case .ruby: "ruby/config.ru"
            case .java: "java/Receiver.java"
            case .swift: "swift/Package.swift"
            case .httpServer, .django, .express: ""
            }
        return Project.file("docs/receivers/" + path)
    }

    /// What follows the host in the callback's URL.
    private var path: String {
        switch self {
        case .httpServer: ""
        case .django: "insightly/"
        default: "insightly"
        }
    }

    /// Whether this machine has what it needs.
    var isInstalled: Bool {
        switch self {
        case .httpServer, .django, .flask, .fastAPI: Interop.python != nil
        case .node: Interop.node != nil
        case .express: Interop.node != nil && FileManager.default.fileExists(atPath: Self.debianModules + "/express")
        case .swift: Interop.python != nil
        case .php: Interop.python != nil && Interop.hasPHP
        case .ruby: Interop.python != nil && Interop.hasRuby
        case .java: Interop.python != nil && Interop.hasJava
        }
    }

    static var installed: [DocumentedReceiver] { allCases.filter(\.isInstalled) }

    /// Those that fetch by themselves what they missed. That in PHP has to be called for it.
    static var fetching: [DocumentedReceiver] {
        installed.filter { [.flask, .fastAPI, .node, .ruby, .java, .swift].contains($0) }
    }

    /// Where Debian keeps what its packages bring for Node.
    private static let debianModules = "/usr/share/nodejs"

    /// Starts it in a directory of the test's.
    ///
    /// - Parameter events: where it may fetch what it missed.
    func start(in directory: URL, events: String = "") async throws -> Running {
        let environment = [
            "WEBHOOK_SECRET": Stage.signatureKey, "NODE_PATH": Self.debianModules, "PYTHONDONTWRITEBYTECODE": "1",
            "INBOX": directory.appendingPathComponent("inbox").path, "EVENTS_URL": events,
        ]
        var path = file
        if let shown = try shown {
            let copy = directory.appendingPathComponent(self == .express ? "receiver.mjs" : "receiver.py")
            try shown.write(to: copy, atomically: true, encoding: .utf8)
            path = copy.path
        }
        let program: RunningProgram
        switch self {
        case .node, .express:
            try FileManager.default.createSymbolicLink(
                atPath: directory.appendingPathComponent("node_modules").path,
                withDestinationPath: Self.debianModules)
            program = try RunningProgram(
                try #require(Interop.node), ["--import", Project.file("Tests/Interop/any-port.mjs"), path],
                environment: environment)
        default:
            let arguments = command.map { ["program", path] + $0 } ?? [rawValue, path]
            program = try RunningProgram(
                try #require(Interop.python), [Project.file("Tests/Interop/documented.py")] + arguments,
                environment: environment)
        }
        var lines = program.lines.makeAsyncIterator()
        let base = try #require(await lines.next(where: { $0.hasPrefix("http://") }))
        return Running(program: program, url: base + self.path)
    }

    /// What serves the file, in place of `{port}` the number of one; nil where the framework is Python's.
    private var command: [String]? {
        switch self {
        case .php: ["php", "-S", "127.0.0.1:{port}", file]
        case .ruby: ["puma", "--quiet", "--bind", "tcp://127.0.0.1:{port}", file]
        case .java: ["java", "-cp", Interop.gson, file]
        case .swift: [RunningProgram.path(of: "receiver")]
        default: nil
        }
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
