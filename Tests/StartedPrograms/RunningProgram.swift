// A program started by a test: what it prints as it prints it, and how it ended.

import Foundation

/// A child process whose output is read by a thread of its own.
///
/// Foundation's `Process` loses ends when several tests start programs at once, so this speaks to the system itself.
package final class RunningProgram: Sendable {
    private let pid: pid_t
    /// Standard output and error, line by line; ends when the program has closed them.
    package let lines: AsyncStream<String>
    /// Those of them that say where a server listens, once more: servers start beside everything else, and whoever read
    /// `lines` up to one of these would have read past what came before it.
    package let addresses: AsyncStream<String>
    private let status: AsyncStream<Int32?>

    /// Starts one of the project's own programs, which lie beside the tests in the build directory.
    ///
    /// - Parameters:
    ///   - environment: added to that of the tests.
    ///   - isRead: false for a program whose output nobody reads: `lines` is then empty, and what it prints soon finds
    ///     no room.
    package convenience init(
        product: String, _ arguments: [String], environment: [String: String] = [:], isRead: Bool = true
    ) throws(CannotStart) {
        try self.init(Self.path(of: product), arguments, environment: environment, isRead: isRead)
    }

    /// Where one of the project's own programs lies.
    package static func path(of product: String) -> String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(product).path
    }

    package init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], isRead: Bool = true
    ) throws(CannotStart) {
        guard let closeFrom = Self.closeFrom else { throw CannotStart(path: path, errorNumber: ENOSYS) }
        var ends: [Int32] = [0, 0]
        // Unlike a pipe, a pair of sockets is kept from programs that others start in the same moment.
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw CannotStart(path: path, errorNumber: errno) }
        let (reading, writing) = (ends[0], ends[1])
        if !isRead {
            // The least that the system keeps, some 4 KB.
            var room: Int32 = 1
            setsockopt(writing, SOL_SOCKET, SO_SNDBUF, &room, socklen_t(MemoryLayout<Int32>.size))
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, writing, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, writing, STDERR_FILENO)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Whatever else this process has open, the sockets of other tests too, would count among the program's own.
        _ = closeFrom(&actions, STDERR_FILENO + 1)
        let texts = ([path] + arguments).map { strdup($0) }
        let whole = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let variables = whole.map { strdup("\($0)=\($1)") }
        defer { (texts + variables).forEach { free($0) } }
        var child = pid_t()
        let error = posix_spawn(&child, path, &actions, nil, texts + [nil], variables + [nil])
        close(writing)
        guard error == 0 else {
            close(reading)
            throw CannotStart(path: path, errorNumber: error)
        }

        pid = child
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        let (addresses, address) = AsyncStream.makeStream(of: String.self)
        let (status, ended) = AsyncStream.makeStream(of: Int32?.self)
        self.lines = lines
        self.addresses = addresses
        self.status = status
        Thread.detachNewThread { [child] in
            if isRead {
                Self.read(reading) { said in
                    if said.contains("listens") { address.yield(said) }
                    line.yield(said)
                }
            }
            line.finish()
            address.finish()
            // The id stays taken until `deinit`, so that no signal can ever hit another program.
            var info = siginfo_t()
            while waitid(P_PID, UInt32(child), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
            if !isRead { close(reading) }
            ended.yield(info.si_code == CLD_EXITED ? info._sifields._sigchld.si_status : nil)
            ended.finish()
        }
    }

    /// The system's `posix_spawn_file_actions_addclosefrom_np`, which its headers show to GNU programs only.
    private static let closeFrom = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
        unsafeBitCast(
            $0, to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32).self)
    }

    /// A test that fails half way leaves nothing running.
    deinit {
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    package func signal(_ number: Int32) {
        kill(pid, number)
    }

    /// From now on it may open files only under numbers below this; what is open stays open.
    ///
    /// - Returns: whether the system took it.
    package func limit(files: Int) async throws(CannotStart) -> Bool {
        try await RunningProgram("/usr/bin/prlimit", ["--pid=\(pid)", "--nofile=\(files):"]).exitStatus == 0
    }

    /// The most memory it had at once while it has run so far, of `VmHWM`.
    package var peakBytes: Int? {
        let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 }
    }

    /// How many files and sockets it may have open.
    package var filesAllowed: Int? {
        let limits = try? String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)
        let line = limits?.split(separator: "\n").first { $0.hasPrefix("Max open files") }
        return line?.split(separator: " ").compactMap { Int($0) }.first
    }

    /// The files and sockets that it has open at this moment, by their numbers: `/dev/null`, `socket:[4711]`.
    package var descriptors: [Int: String] {
        let directory = "/proc/\(pid)/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.reduce(into: [:]) { descriptors, name in
            guard let number = Int(name) else { return }
            descriptors[number] = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/\(name)")
        }
    }

    /// Waits for the end; nil where a signal was the end. To be asked once.
    package var exitStatus: Int32? {
        get async { await status.first { _ in true } ?? nil }
    }

    private static func read(_ descriptor: Int32, onLine: (String) -> Void) {
        defer { close(descriptor) }
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Foundation.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest += buffer[..<count]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                onLine(String(decoding: rest[..<end], as: UTF8.self))
                rest.removeSubrange(...end)
            }
        }
    }
}

package struct CannotStart: Error, CustomStringConvertible {
    let path: String
    let errorNumber: Int32

    package var description: String { "cannot start \(path): \(String(cString: strerror(errorNumber)))" }
}
