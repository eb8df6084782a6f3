// What the programs are like that the tests start.

import Foundation
import StartedPrograms
import Testing

@Suite("Started programs", .timeLimit(.minutes(60)))
struct StartedProgramTests {
    @Test("A program has no file or socket of the tests, which would count among those it may open")
    func inheritsNothing() async throws {
        // Not marked to be closed, as nobody can see to that for every library.
        let opened = open("/dev/null", O_RDONLY)
        let descriptor = fcntl(opened, F_DUPFD, 100)
        defer { [opened, descriptor].forEach { close($0) } }
        try #require(descriptor >= 100)
        var numbers: [Int] = []
        let program = try RunningProgram("/bin/ls", ["/proc/self/fd"])
        for await line in program.lines { numbers += [Int(line) ?? -1] }
        #expect(await program.exitStatus == 0)
        // The last is the directory that it lists.
        #expect(Set(numbers) == [0, 1, 2, 3])
    }

    @Test("Where a server listens is known whatever was said before and behind it, and nothing is read past for it")
    func addresses() async throws {
        let lines = ["learned one", "the server listens at 127.0.0.1:4711", "learned two"]
        let program = try RunningProgram("/usr/bin/printf", ["%s\n"] + lines)
        #expect(await program.addresses.first { _ in true } == lines[1])
        #expect(await program.lines.reduce(into: []) { $0.append($1) } == lines)
        #expect(await program.exitStatus == 0)
    }
}
