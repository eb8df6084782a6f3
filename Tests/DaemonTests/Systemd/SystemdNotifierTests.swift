import ChangeFeed
import Foundation
import StartedPrograms
import Testing

@testable import Daemon

@Suite("Speaking to systemd", .timeLimit(.minutes(60)))
struct SystemdNotifierTests {
    @Test("Each message is one datagram, to a socket with a path and to one without", arguments: [true, false])
    func datagrams(isAbstract: Bool) async throws {
        let unique = UUID().uuidString.prefix(8)
        let name = isAbstract ? "@insightly-\(unique)" : "/tmp/insightly-\(unique)"
        let listener = try NotifySocket(name)
        let notifier = SystemdNotifier(environment: ["NOTIFY_SOCKET": name])
        notifier.ready()
        #expect(try await listener.receive() == "READY=1")
        notifier.status("polling 4 resources\r\nREADY=1")
        #expect(try await listener.receive() == "STATUS=polling 4 resources READY=1")
        notifier.isAlive()
        #expect(try await listener.receive() == "WATCHDOG=1")
        notifier.stopping(within: .seconds(25))
        #expect(try await listener.receive() == "STOPPING=1\nEXTEND_TIMEOUT_USEC=25000000")
    }

    @Test("The longest name that an address holds is reached; a longer one is left alone")
    func longestName() async throws {
        let name = "@" + UUID().uuidString.padding(toLength: 107, withPad: "x", startingAt: 0)
        let listener = try NotifySocket(name)
        SystemdNotifier(environment: ["NOTIFY_SOCKET": name]).isAlive()
        #expect(try await listener.receive() == "WATCHDOG=1")
        SystemdNotifier(environment: ["NOTIFY_SOCKET": name + "x"]).isAlive()
        SystemdNotifier(environment: ["NOTIFY_SOCKET": "/" + name]).isAlive()
    }

    @Test(
        "Without systemd, or with nobody listening, nothing happens",
        arguments: [nil, "/nonexistent/socket", "", "relative"])
    func silence(socket: String?) {
        SystemdNotifier(environment: socket.map { ["NOTIFY_SOCKET": $0] } ?? [:]).ready()
    }

    @Test("The watchdog's time is taken only where it is meant for this process")
    func watchdog() {
        func watchdog(_ environment: [String: String]) -> Duration? {
            SystemdNotifier(environment: environment, processID: 42).watchdog
        }
        #expect(watchdog(["WATCHDOG_USEC": "60000000"]) == .seconds(60))
        #expect(watchdog(["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "42"]) == .seconds(60))
        #expect(watchdog(["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "43"]) == nil)
        #expect(watchdog(["WATCHDOG_USEC": "0"]) == nil)
        #expect(watchdog([:]) == nil)
    }
}
