// The log of the daemon, read as soon as something was committed, and judged by the world.

import ChangeFeed
import ChangeOracle
import ReceivedEvents
import SimulatedWorld

extension SimulatedLife {
    /// Reads and judges the newest events of the log, which were committed at this moment.
    ///
    /// - Parameter events: how many there are.
    func readLog(of account: LifeAccount, events: Int) throws {
        guard events > 0, let process else { return }
        for listed in try process.logs[account.index](events) {
            guard let event = ReceivedEvent(body: listed.body), event.sequence == account.log.count + 1,
                event.id == listed.id, listed.sequence == account.log.count + 1
            else {
                throw BrokenPromise(complaints: [
                    "#\(listed.sequence) stands in the log where #\(account.log.count + 1) should"
                ]
                )
            }
            account.log.append(now)
            let logged = LoggedEvent(
                event: event, body: listed.body, account: account.name, sequence: listed.sequence)
            for endpoint in endpoints where endpoint.account === account {
                endpoint.judge.learn(logged, feeds: process.feeds(endpoint.index))
            }
            try judge(event, of: account)
        }
    }

    private func judge(_ event: ReceivedEvent, of account: LifeAccount) throws {
        let moment = Watch.Moment(
            committed: now, seen: account.sightings[event.recordName],
            isReadByID: account.readByID.contains(event.recordName))
        var complaints = account.watch.take(event, world: account.world, moment: moment) {
            account.thresholds[$0.resource]
        }
        complaints += judgeLayout(event, of: account)
        guard complaints.isEmpty else { throw BrokenPromise(complaints: complaints.map { "\(account.name): \($0)" }) }
    }

    /// A field that comes onto a layout or goes is told of few records at once, and of many only when the operator says so.
    private func judgeLayout(_ event: ReceivedEvent, of account: LifeAccount) -> [String] {
        guard let changes = event.changes, !account.hasReleasedChanges,
            changes.allSatisfy({ $0.path == "/CUSTOMFIELDS/\(AccountScenario.layoutField)" })
        else { return [] }
        let name = ResourceName(event.resource)
        // Of a stamp as young as what polls have read, which a clock that is behind makes much of, another edit may be told
        // that did not move it: at once, for it proves nothing.
        if let readUpTo = account.readUpTo[name], let object = SimulatedObject(named: event.resource),
            let id = Int64(event.recordID), let stamp = account.world.history(of: object, id).last?.stamp,
            stamp >= readUpTo.wholeSecond - Limits.stampMargin
        {
            return []
        }
        account.relaid[now, default: [:]][name, default: 0] += 1
        let count = account.relaid[now]?[name] ?? 0
        return count > Limits.massChange ? ["\(count) records of \(name) were told for a change of the layout"] : []
    }
}
