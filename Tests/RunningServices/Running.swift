// Services that a test needs for a while, stopped as the programs stop theirs.

import Logging
import ServiceLifecycle

/// Runs a service for as long as the body takes, then shuts it down gracefully and waits for its end.
///
/// No test cancels the task that serves. SwiftNIO ends the process where that happens to a server that has accepted a
/// connection and not read it yet. The task is therefore nobody's child: neither an error nor a time limit of the test
/// reaches it.
///
/// Throws what the service failed with, if it did, rather than what the body made of that.
package func running<Result>(
    _ service: some Service, while body: () async throws -> Result
) async throws -> Result {
    var configuration = ServiceGroupConfiguration(
        services: [service], logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
    // A client that reads no further must not hold up the end of a test. By then the server has long ceased to accept.
    configuration.maximumGracefulShutdownDuration = .seconds(20)
    let group = ServiceGroup(configuration: configuration)
    let serving = Task { try await group.run() }
    do {
        let result = try await body()
        await group.triggerGracefulShutdown()
        try await serving.value
        return result
    } catch {
        await group.triggerGracefulShutdown()
        try await serving.value
        throw error
    }
}
