// What goes wrong, and how often.

import SimulatedWorld
import ArgumentParser
import ChangeFeed
import Simulator

struct FaultOptions: ParsableArguments {
    @Option(
        name: .customLong("fault"),
        help: ArgumentHelp(
            """
            A fault and the share of requests it strikes, such as reset=0.05; may be repeated. \
            Faults: \(Fault.allCases.map(\.rawValue).joined(separator: ", ")).
            """, valueName: "fault=share"))
    var rates: [FaultRate] = []

    @Option(help: "The share of requests struck by any fault, all alike; --fault overrides.")
    var faults = 0.0

    @Option(help: "How many seconds a slow answer takes.")
    var slowSeconds = 3.0

    func validate() throws {
        guard (0...1).contains(faults) else { throw ValidationError("--faults must be from 0 to 1.") }
        guard (0...3600).contains(slowSeconds) else { throw ValidationError("--slow-seconds must be from 0 to 3600.") }
    }

    /// Named apart from the option, which is a share.
    var wanted: Faults {
        var wanted = Faults.mixed(faults, slowness: .seconds(1) * slowSeconds)
        for rate in rates { wanted.rates[rate.fault] = rate.share }
        return wanted
    }
}

struct FaultRate: ExpressibleByArgument {
    let fault: Fault
    let share: Double

    init?(argument: String) {
        let parts = argument.split(separator: "=")
        guard parts.count == 2, let fault = Fault(rawValue: String(parts[0])), let share = Double(parts[1]),
            (0...1).contains(share)
        else { return nil }
        self.fault = fault
        self.share = share
    }
}
