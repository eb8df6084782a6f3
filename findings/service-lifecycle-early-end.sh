#!/usr/bin/env bash
# swift-service-lifecycle 2.13.0: what a service's successTerminationBehavior says holds only until the group is told to
# stop. Guessed: one with `.ignore` may end whenever it likes. Before a graceful shutdown it may. While another service has
# its turn to stop, the same end cancels all services that have not had theirs, and run() throws.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/Sources/finding"
cat >"$work/Package.swift" <<'SWIFT'
// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "finding",
    dependencies: [.package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0")],
    targets: [
        .executableTarget(
            name: "finding", dependencies: [.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")])
    ])
SWIFT
cat >"$work/Sources/finding/main.swift" <<'SWIFT'
import Logging
import ServiceLifecycle

/// Ends when it is told to, by whoever has the other end of the stream.
struct Early: Service {
    let end: AsyncStream<Never>
    func run() async throws { for await _ in end {} }
}

/// Stops in an orderly way when it is its turn, and says so.
struct Orderly: Service {
    func run() async throws {
        try? await gracefulShutdown()
        print("  the first service " + (Task.isCancelled ? "was cancelled" : "had its turn"))
    }
}

/// Has its turn to stop before the others, and the early one ends meanwhile.
struct Last: Service {
    let meanwhile: @Sendable () -> Void
    func run() async throws {
        try? await gracefulShutdown()
        meanwhile()
        // Until it is cancelled, or has waited long enough for the early one's end to be noticed.
        try? await Task.sleep(for: .seconds(2))
    }
}

func played(endsBeforeTheStop: Bool) async {
    let (end, ending) = AsyncStream.makeStream(of: Never.self)
    let logger = Logger(label: "finding") { _ in SwiftLogNoOpLogHandler() }
    let group = ServiceGroup(
        configuration: .init(
            services: [
                .init(service: Orderly()),
                .init(service: Early(end: end), successTerminationBehavior: .ignore),
                .init(service: Last(meanwhile: { ending.finish() })),
            ], logger: logger))
    print("an end that is to be ignored, \(endsBeforeTheStop ? "before" : "during") the shutdown:")
    await withTaskGroup { tasks in
        tasks.addTask {
            if endsBeforeTheStop {
                ending.finish()
                try? await Task.sleep(for: .seconds(1))
            }
            await group.triggerGracefulShutdown()
        }
        do {
            try await group.run()
            print("  run() returned")
        } catch let error as ServiceGroupError {
            print("  run() threw: \(error.errorCode)")
        } catch {
            print("  run() threw another error")
        }
    }
}

await played(endsBeforeTheStop: true)
await played(endsBeforeTheStop: false)
SWIFT
swift run --package-path "$work" finding >"$work/told" 2>"$work/build" || { tail -20 "$work/build" "$work/told"; exit 1; }
cat "$work/told"
diff "$work/told" - <<'EXPECTED'
an end that is to be ignored, before the shutdown:
  the first service had its turn
  run() returned
an end that is to be ignored, during the shutdown:
  the first service was cancelled
  run() threw: A service has finished unexpectedly.
EXPECTED
