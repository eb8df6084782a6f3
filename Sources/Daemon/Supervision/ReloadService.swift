// Reads the configuration again when asked to, and has the daemon go by it.

import ChangeFeed
import DaemonConfiguration
import EventStore
import Foundation
import Logging
import ServiceLifecycle

/// A configuration as it was read again.
package struct ReadSettings: Sendable {
    package var settings: DaemonSettings
    package var warnings: [ConfigurationProblem]
    /// What accounts are left out for.
    package var leftOut: [ConfigurationProblem]
    package var accountsLeftOut: Set<String>
    /// Where the state store would lie by it.
    package var store: any StoreLocation

    /// - Throws: `InvalidConfiguration` where it is not right.
    package init(_ file: ConfigurationFile, environment: [String: String]) throws {
        settings = try file.reading.outcome.get()
        warnings = file.warnings
        (leftOut, accountsLeftOut) = (file.reading.leftOut, file.reading.accountsLeftOut)
        store = try file.store(of: settings, environment: environment)
    }
}

/// Takes over what is right as a whole, and nothing of what is wrong anywhere.
struct ReloadService: Service {
    /// One for each time that it is asked for; several that come together are one.
    let requests: AsyncStream<Void>
    let read: @Sendable () throws -> ReadSettings
    let supervisor: Supervisor
    let led: LedAccounts
    /// Of the start.
    let settings: DaemonSettings
    let store: any StoreLocation
    let notifier: SystemdNotifier
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in requests {
                notifier.reloading()
                await reload()
                notifier.ready()
            }
        }
        try? await gracefulShutdown()
    }

    private func reload() async {
        logger.notice("the configuration is read again")
        do {
            let read = try await Blocking.run(on: .global()) { [read] in try read() }
            for warning in read.warnings { logger.warning("\(warning)") }
            for problem in read.leftOut { logger.logLeftOut(problem) }
            let storeDiffers = warnOfStore(read)
            let plan = Plan(read.settings).keeping(read.accountsLeftOut, of: led.plan)
            // What differs of accounts that other daemons lead is heeded once this one leads them.
            let elsewhere = led.plan.accountsThatDiffer(from: plan).filter { !led.leads($0) }
            guard let steps = try await led.take(plan, { try await supervisor.go(to: $0) }) else { return }
            for step in steps { logger.notice("reconfigured: \(step)") }
            for name in elsewhere {
                let what = plan.accounts[name] == nil ? "is gone from it" : "is new in it, or another there"
                logger.notice("reconfigured: account \(name), which this daemon does not lead now, \(what)")
            }
            logger.notice(
                steps.isEmpty && elsewhere.isEmpty
                    ? "the configuration says what it said before\(storeDiffers ? ", except of the state store" : "")"
                    : "the daemon goes by the new configuration")
            notifier.status(read.settings.statusLine)
        } catch let invalid as InvalidConfiguration {
            for problem in invalid.problems { logger.error("\(problem)") }
            refuse("it has \(invalid.problems.count == 1 ? "a problem" : "\(invalid.problems.count) problems")")
        } catch is CancellationError {
            logger.notice("stopped before the new configuration was taken over")
        } catch {
            refuse("\(error)")
        }
    }

    /// Says what of the state store holds only after a restart.
    ///
    /// - Returns: whether anything does.
    private func warnOfStore(_ read: ReadSettings) -> Bool {
        guard read.store.place == store.place else {
            logger.warning(
                """
                the configuration names another state store now (store.path or store.url); the daemon keeps to the \
                store it has open until it is restarted
                """,
                metadata: ["store": "\(store.place)", "configured": "\(read.store.place)"])
            return true
        }
        let differs = (read.settings.store.url, read.settings.fleet) != (settings.store.url, settings.fleet)
        if differs {
            logger.warning(
                "store.url, a secret in it, or fleet.lease is another now; those of the start hold until a restart")
        }
        return differs
    }

    private func refuse(_ reason: String) {
        logger.error(
            "the configuration that was read again is refused, and the daemon goes by the one before: \(reason)")
        notifier.status("goes by the configuration of before: the one that was read again is refused, see the log")
    }
}

extension Logger {
    /// Says why an account is left out.
    package func logLeftOut(_ problem: ConfigurationProblem) {
        error("an account is left out, or goes on as before where it runs, and all others go on: \(problem)")
    }
}

extension DaemonSettings {
    /// For `systemctl status`.
    var statusLine: String {
        let polled = accounts.filter(\.polling.enabled)
        guard let first = polled.first else { return whyNothing }
        if namesAccounts { return "polling \(polled.count == 1 ? "1 account" : "\(polled.count) accounts")" }
        return "polling " + first.polling.resources.map(\.name.text).joined(separator: " ")
    }

    /// Where nothing is polled.
    var whyNothing: String {
        accounts.isEmpty
            ? "there is no account that is right in accounts.directory: nothing is polled and nothing is sent"
            : Self.nothingToDo
    }

    private static let nothingToDo = "event.notification.enabled is false: nothing is polled and nothing is sent"
}
