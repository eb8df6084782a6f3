// `bench contacts`: the contacts of a simulated instance, one a line, for measurements that serve them from elsewhere.

import ArgumentParser
import ChangeFeed
import Foundation
import SimulatedWorld

struct Contacts: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints contacts as the API shows them, one a line, ids ascending: the same ones for the same count.")

    @Argument(help: "How many.")
    var count: Int

    func run() throws {
        var quirks = Quirks()
        quirks.limits.perSecond = nil
        quirks.limits.perDay = .max
        let start = Instant(secondsSince1970: 1_790_000_000)
        var instance = SimulatedInstance(
            seed: 7, population: Population(contacts: count, organisations: 100), quirks: quirks, keepsHistory: false,
            startingAt: start)
        for id in instance.ids(of: .contacts) {
            let target = RequestTarget(path: "/Contacts/\(id)")
            let answer = instance.respond(to: SimulatedRequest(target, apiKey: instance.apiKey), at: start)
            guard answer.status == 200 else { throw ValidationError("contact \(id) was answered \(answer.status)") }
            try FileHandle.standardOutput.write(contentsOf: answer.body + [0x0A])
        }
    }
}
