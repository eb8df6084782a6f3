// `replay --wait`: until the daemon has put all of it into the queue.

import ArgumentParser
import ChangeFeed
import Operations

struct ReplayWaiting {
    private static let secondsBetweenLooks = 0.3
    /// While an account is handed over, nobody leads it for a while: so many looks are two leases of the usual length.
    private static let looksOfAHandOver = 100

    let store: LocatedStore
    let asked: AskedReplay

    /// Ends the program with 1 where nobody is there who carries it on, or the waiting is interrupted; the replay stays
    /// asked for in any case.
    func run() throws {
        let (interruption, line) = (Interruption(), ProgressLine())
        defer { line.end() }
        var looksInVain = 0
        repeat {
            let (progress, hasDaemon) = try store.visit(isReadOnly: true) { scope in
                (try scope.ask(ReplayProgress(of: asked)), scope.hasDaemon)
            }
            guard let progress else { return }
            looksInVain = hasDaemon == false ? looksInVain + 1 : 0
            if looksInVain > (store.location.isShared ? Self.looksOfAHandOver : 0) {
                line.end()
                let nobody = store.location.isShared ? "no daemon leads the account" : "no daemon runs"
                Output.error("\(nobody): it stays asked for, and is carried out when one does; `status` shows how far")
                throw ExitCode.failure
            }
            line.show("replay", share: progress.share, amount: "\(progress.queued.counted("event")) in the queue")
        } while !interruption.waits(seconds: Self.secondsBetweenLooks)
        line.end()
        Output.error("the daemon goes on with it; `status` shows how far it is")
        throw ExitCode.failure
    }
}
