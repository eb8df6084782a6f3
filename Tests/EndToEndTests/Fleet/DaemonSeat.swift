// A place where a daemon runs, and another as soon as it has ended: what a service manager does.

import Foundation
import StartedPrograms
import WebhookReceiver

/// One of the daemons of a fleet.
actor DaemonSeat {
    private let name: String
    private let start: @Sendable () throws -> RunningProgram
    private let log: FileHandle?
    private var program: RunningProgram?
    /// What the present one is called among those that share accounts; nil until it has said so.
    private let holder = Watched<String?>(nil)
    private let hasEnded = Watched(false)
    private var isKilled = false
    private var isOver = false
    /// Stopped or cut off, and not to be killed meanwhile.
    private var isSpared = false
    /// The last lines of ends that nobody had asked for.
    private(set) var faults: [String] = []
    /// How often there was no store to start with.
    private(set) var startsInVain = 0

    /// - Parameter logs: the folder where the lines are kept of all that ran here.
    init(_ name: String, logs: String?, start: @escaping @Sendable () throws -> RunningProgram) throws {
        self.name = name
        self.start = start
        guard let logs else {
            log = nil
            return
        }
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        let path = "\(logs)/\(name).log"
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        log = FileHandle(forWritingAtPath: path)
    }

    /// Runs one daemon after the other until it is told to stop.
    func run() async throws {
        defer { hasEnded.update { $0 = true } }
        while !isOver {
            let program = try start()
            self.program = program
            isKilled = false
            var last: [String] = []
            for await line in program.lines {
                note(line)
                last = last.suffix(9) + [line]
            }
            let status = await program.exitStatus
            if !isKilled { judge(status, last) }
        }
    }

    private func judge(_ status: Int32?, _ last: [String]) {
        let shared = holder.update { holder in
            defer { holder = nil }
            return holder != nil
        }
        if isOver, status == 0 { return }
        if status == 69, !shared {
            startsInVain += 1
        } else {
            faults.append("\(name) ended with \(status.map(String.init) ?? "a signal"): \(last)")
        }
    }

    private func note(_ line: String) {
        try? log?.write(contentsOf: Data("\(line)\n".utf8))
        guard line.contains("accounts are shared with other daemons"),
            let name = line.firstMatch(of: #/"daemon":"([^"]+)"/#)?.output.1
        else { return }
        holder.update { $0 = String(name) }
    }

    /// Returns once the present one shares accounts.
    func shares() async throws { try await holder.wait { $0 != nil } }

    /// - Returns: who it was; nil where none shares accounts now or is spared, and nothing is done.
    func kill() -> String? {
        guard !isSpared, !isOver, let victim = takeHolder() else { return nil }
        isKilled = true
        program?.signal(SIGKILL)
        return victim
    }

    private func takeHolder() -> String? {
        holder.update { holder in
            defer { holder = nil }
            return holder
        }
    }

    /// It is not killed until it goes on.
    ///
    /// - Parameter signal: that it is sent, if any.
    func spare(sending signal: Int32? = nil) -> String? {
        guard !isSpared, !isOver, let name = holder.read({ $0 }) else { return nil }
        isSpared = true
        if let signal { program?.signal(signal) }
        return name
    }

    func goOn() {
        program?.signal(SIGCONT)
        isSpared = false
    }

    /// Ends it as a service manager does, and waits for that.
    func stop() async throws {
        isOver = true
        program?.signal(SIGTERM)
        try await hasEnded.wait { $0 }
    }

    /// Ends it at once, whatever it is doing: the test has failed.
    func abandon() {
        isOver = true
        isKilled = true
        program?.signal(SIGKILL)
    }
}
