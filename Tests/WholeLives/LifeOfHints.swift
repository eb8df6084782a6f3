// Hints of a life: somebody says that a resource has changed, whether it has or not.

import ChangeFeed
import SimulatedWorld
import VirtualTime

extension SimulatedLife {
    func hint() {
        guard !isPeaceful else { return }
        // One save is more than one hint, and an import is one for each record.
        schedule(
            .hint, after: random.chance(0.4) ? random.duration(upTo: .seconds(2)) : .seconds(random.within(5...90)))
        let account = random.element(of: accounts)
        let name = random.element(of: account.scenario.polled).resource
        note("! \(account.name) \(name): hinted")
        process?.polling[account.index].loop.post(.hint(name), at: daemonNow)
    }
}
