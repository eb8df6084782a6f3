// swift-tools-version: 6.1
import PackageDescription

/// Warnings stop the build where the project itself is checked (`scripts/test`), and nowhere else: a newer compiler's
/// new warning must not keep a user from building a release.
let isChecked = Context.environment["INSIGHTLY_WEBHOOKS_STRICT"] != nil
let strict: [SwiftSetting] = isChecked ? [.unsafeFlags(["-warnings-as-errors"])] : []

/// Where a call goes through a witness table is written out: that may become the language's own rule.
let settings: [SwiftSetting] = strict + [.enableUpcomingFeature("ExistentialAny")]

/// What tests compute with for long is optimized where the project is checked: collections of the standard library that
/// nobody has specialized make them several times as slow. A debugger shows less of it, and so it is not otherwise.
let computing: [SwiftSetting] =
    settings + (isChecked ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : [])

let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let nioHTTPCompression: Target.Dependency = .product(name: "NIOHTTPCompression", package: "swift-nio-extras")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "insightly-webhooks",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "insightly-webhooks", targets: ["insightly-webhooks"]),
        .executable(name: "insightly-simulator", targets: ["insightly-simulator"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.2")),
        .package(url: "https://github.com/apple/swift-crypto", .upToNextMinor(from: "4.5.2")),
        .package(url: "https://github.com/apple/swift-http-types", .upToNextMinor(from: "1.8.0"), traits: []),
        .package(url: "https://github.com/apple/swift-log", .upToNextMinor(from: "1.16.2")),
        .package(url: "https://github.com/apple/swift-nio", .upToNextMinor(from: "2.101.2")),
        .package(url: "https://github.com/apple/swift-nio-extras", .upToNextMinor(from: "1.35.2")),
        .package(url: "https://github.com/apple/swift-nio-ssl", .upToNextMinor(from: "2.37.6")),
        .package(url: "https://github.com/groue/GRDB.swift", .upToNextMinor(from: "7.10.0")),
        .package(url: "https://github.com/hummingbird-project/hummingbird", .upToNextMinor(from: "2.28.1"), traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", .upToNextMinor(from: "1.37.0")),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", .upToNextMinor(from: "2.13.0")),
    ],
    targets: [
        // The pure middle: values and decisions. Time and randomness are arguments.
        .target(name: "ChangeFeed", dependencies: [crypto], swiftSettings: computing),
        .target(name: "DaemonConfiguration", dependencies: ["ChangeFeed"], swiftSettings: computing),
        // The store as values: what a verb reads, what it decides, what it has written; and the protocol of an engine.
        .target(name: "EventStore", dependencies: ["ChangeFeed"], swiftSettings: computing),

        // Who leads which account, where several daemons share a store: pure, like the two above.
        .target(name: "Fleet", dependencies: ["ChangeFeed"], swiftSettings: computing),

        // JSON Schema and OpenAPI documents as values.
        .target(name: "APIDescription", swiftSettings: settings),

        // What receivers are sent, described: made of the tables that the rooms beside it work by.
        .target(
            name: "WebhookSchema", dependencies: ["APIDescription", "ChangeFeed", "DaemonConfiguration"],
            swiftSettings: settings),

        // What goes wrong under an HTTP client, told apart; for the two rooms that have one.
        .target(
            name: "HTTPFaults", dependencies: ["ChangeFeed", nioCore, nioPosix, nioSSL], swiftSettings: settings),

        // The rooms that each do one kind of I/O. They do not import each other.
        .target(
            name: "InsightlyAPI",
            dependencies: [
                "ChangeFeed", "HTTPFaults", asyncHTTPClient, nioCore, nioHTTP1, nioHTTPCompression, nioPosix, nioSSL,
            ],
            swiftSettings: settings),
        .target(
            name: "WebhookDelivery",
            dependencies: ["ChangeFeed", "HTTPFaults", nioCore, nioHTTP1, nioPosix, nioSSL, nioTLS],
            swiftSettings: settings),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
        // What is kept, as bytes and words, whatever the engine: the same in each of them.
        .target(name: "StoredForms", dependencies: ["ChangeFeed", "CZstd", "EventStore"], swiftSettings: computing),
        .target(
            name: "ChangeStore",
            dependencies: [
                "ChangeFeed", "EventStore", "StoredForms", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: computing),

        // PostgreSQL, spoken to by libpq, which is loaded where it is needed and linked nowhere.
        .systemLibrary(name: "CPostgreSQL", providers: [.apt(["libpq-dev"])]),
        .target(name: "PostgreSQLClient", dependencies: ["CPostgreSQL", "ChangeFeed"], swiftSettings: settings),

        // The engine of the store for several machines.
        .target(
            name: "PostgresStore",
            dependencies: ["ChangeFeed", "EventStore", "Fleet", "PostgreSQLClient", "StoredForms"],
            swiftSettings: computing),

        // What can be asked of a daemon, and asked for, by way of its store: once, for every way in.
        .target(
            name: "Operations", dependencies: ["ChangeFeed", "DaemonConfiguration", "EventStore"],
            swiftSettings: settings),

        // What the command line shows, as lines for a terminal or for a pipe; it writes none of them.
        .target(
            name: "CommandText", dependencies: ["ChangeFeed", "Operations", "ReceivedEvents"], swiftSettings: settings),

        // The daemon's own HTTP server, which is given what it says.
        .target(
            name: "AdminHTTP",
            dependencies: [
                "APIDescription", "ChangeFeed", "EventStore", "Operations", crypto, httpTypes, hummingbird,
                hummingbirdCore, lifecycle, logging, nioCore, nioHTTPTypes, nioPosix,
            ],
            // The page is part of the program: no file has to be found beside it.
            resources: [.embedInCode("Page")], swiftSettings: settings),

        // The wiring, and the only room that knows environment, files and signals.
        .target(
            name: "Daemon",
            dependencies: [
                "AdminHTTP", "ChangeFeed", "DaemonConfiguration", "InsightlyAPI", "WebhookDelivery", "ChangeStore",
                "EventStore", "Fleet", "Operations", "PostgreSQLClient", "PostgresStore", lifecycle, logging,
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "insightly-webhooks",
            dependencies: [
                "APIDescription", "ChangeFeed", "CommandText", "DaemonConfiguration", "Daemon", "EventStore",
                "Operations", "WebhookReceiver", "WebhookSchema", arguments, lifecycle, logging,
            ],
            swiftSettings: settings),

        // What stands beside the daemon: the other two ends of the wire, for trying things and for tests.
        .target(name: "ReceivedEvents", dependencies: ["ChangeFeed"], swiftSettings: settings),
        .target(
            name: "WebhookReceiver",
            dependencies: ["ChangeFeed", "ReceivedEvents", hummingbird, lifecycle, logging, nioCore],
            swiftSettings: settings),
        .target(name: "SimulatedWorld", dependencies: ["ChangeFeed"], swiftSettings: computing),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "Simulator",
            dependencies: [
                "ChangeFeed", "CZlib", "SimulatedWorld", hummingbird, hummingbirdCore, lifecycle, logging, nioCore,
                nioPosix,
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "insightly-simulator",
            dependencies: ["ChangeFeed", "SimulatedWorld", "Simulator", arguments, lifecycle],
            swiftSettings: settings),

        // A receiver to start from, which is a package of its own; here for the tests.
        .executableTarget(
            name: "receiver", dependencies: [asyncHTTPClient, crypto, hummingbird, nioCore],
            path: "docs/receivers/swift/Sources/Receiver", swiftSettings: settings),

        .target(
            name: "TestModels", dependencies: ["ChangeFeed"], path: "Tests/TestModels", swiftSettings: settings),
        .executableTarget(
            name: "bench",
            dependencies: [
                "ChangeFeed", "ChangeStore", "EventStore", "SimulatedFleet", "SimulatedWorld", "TestModels",
                "VirtualTime",
                arguments,
            ],
            path: "Benchmarks/Bench",
            swiftSettings: settings),
        // The paths that most of the processor's time goes through, over inputs that never change.
        .executableTarget(
            name: "hotpaths", dependencies: ["ChangeFeed", "ChangeStore", "EventStore", "SimulatedWorld"],
            path: "Benchmarks/HotPaths", exclude: ["instructions.txt"], swiftSettings: settings),
        .testTarget(
            name: "ChangeFeedTests",
            dependencies: ["ChangeFeed", "SimulatedWorld", "TestModels", "VirtualTime", crypto],
            swiftSettings: settings),
        .testTarget(
            name: "DaemonConfigurationTests", dependencies: ["ChangeFeed", "DaemonConfiguration"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WebhookSchemaTests",
            dependencies: ["APIDescription", "ChangeFeed", "DaemonConfiguration", "WebhookSchema"],
            swiftSettings: settings),
        .testTarget(name: "APIDescriptionTests", dependencies: ["APIDescription"], swiftSettings: settings),
        // Rules of the store without any store.
        .testTarget(name: "EventStoreTests", dependencies: ["ChangeFeed", "EventStore"], swiftSettings: settings),
        .target(
            name: "StagedStores", dependencies: ["ChangeFeed", "EventStore"],
            path: "Tests/StagedStores", swiftSettings: settings),
        // What holds for every engine of the store.
        .testTarget(
            name: "StoreContractTests",
            dependencies: [
                "ChangeFeed", "ChangeStore", "EventStore", "MemoryStore", "PostgreSQLClient", "PostgresStore",
                "PrivatePostgreSQL", "StagedStores", "VirtualTime",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "StoredFormsTests", dependencies: ["ChangeFeed", "EventStore", "SimulatedWorld", "StoredForms"],
            exclude: ["golden"],
            swiftSettings: settings),
        .testTarget(
            name: "ChangeStoreTests",
            dependencies: [
                "ChangeFeed", "ChangeStore", "EventStore", "SimulatedWorld", "StagedStores", "StoredForms",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        // Servers of PostgreSQL's own programs, private to a test.
        .target(
            name: "PrivatePostgreSQL", dependencies: ["StartedPrograms"], path: "Tests/PrivatePostgreSQL",
            swiftSettings: settings),
        .testTarget(
            name: "PostgreSQLClientTests",
            dependencies: ["ChangeFeed", "PostgreSQLClient", "PrivatePostgreSQL"], swiftSettings: settings),
        // What the engine on PostgreSQL promises beyond the contract, on servers of its own.
        .testTarget(
            name: "PostgresStoreTests",
            dependencies: [
                "ChangeFeed", "EventStore", "Fleet", "PostgreSQLClient", "PostgresStore", "PrivatePostgreSQL",
                "SimulatedFleet", "SimulatedWorld", "StagedStores",
            ],
            swiftSettings: settings),
        .target(
            name: "StagedOperations",
            dependencies: ["ChangeFeed", "ChangeStore", "DaemonConfiguration", "Operations", "StagedStores"],
            path: "Tests/StagedOperations", swiftSettings: settings),
        .testTarget(
            name: "OperationsTests",
            dependencies: [
                "ChangeFeed", "ChangeStore", "DaemonConfiguration", "EventStore", "Operations", "StagedOperations",
                "StagedStores",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CommandTextTests",
            dependencies: ["ChangeFeed", "CommandText", "DaemonConfiguration", "EventStore", "Operations"],
            swiftSettings: settings),
        // The second engine of the store, for tests of its rules.
        .target(
            name: "MemoryStore", dependencies: ["ChangeFeed", "EventStore"], path: "Tests/MemoryStore",
            swiftSettings: computing),
        .target(name: "StartedPrograms", path: "Tests/StartedPrograms", swiftSettings: settings),
        // The one place where tests run services and stop them.
        .target(
            name: "RunningServices", dependencies: ["Simulator", lifecycle, logging], path: "Tests/RunningServices",
            swiftSettings: settings),
        .target(
            name: "ChangeOracle", dependencies: ["ChangeFeed", "ReceivedEvents", "SimulatedWorld"],
            path: "Tests/ChangeOracle", swiftSettings: computing),
        // A server that does to its clients what a test tells it to.
        .target(
            name: "ScriptedPeer", dependencies: [nioCore, nioPosix, nioSSL], path: "Tests/ScriptedPeer",
            swiftSettings: settings),
        .testTarget(
            name: "HTTPFaultsTests", dependencies: ["ChangeFeed", "HTTPFaults", nioCore, nioSSL],
            swiftSettings: settings),
        .testTarget(
            name: "InsightlyAPITests",
            dependencies: ["ChangeFeed", "CZlib", "InsightlyAPI", "ScriptedPeer", "StartedPrograms", nioSSL],
            swiftSettings: settings),
        .testTarget(
            name: "WebhookDeliveryTests",
            dependencies: [
                "ChangeFeed", "HTTPFaults", "ScriptedPeer", "StartedPrograms", "WebhookDelivery", nioCore, nioSSL,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "WebhookReceiverTests",
            dependencies: [
                "ChangeFeed", "ReceivedEvents", "RunningServices", "WebhookReceiver", asyncHTTPClient, nioCore,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SimulatedWorldTests", dependencies: ["ChangeFeed", "SimulatedWorld"], swiftSettings: settings),
        .testTarget(
            name: "SimulatorTests",
            dependencies: [
                "ChangeFeed", "CZlib", "RunningServices", "SimulatedWorld", "Simulator", "StartedPrograms",
                "insightly-simulator", nioCore, nioPosix,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "AdminHTTPTests",
            dependencies: [
                "AdminHTTP", "ChangeFeed", "ChangeStore", "Operations", "StagedOperations", "StagedStores",
                httpTypes,
                hummingbird, lifecycle, logging, nioCore, nioPosix,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "ChangeFeed", "ChangeStore", "Daemon", "DaemonConfiguration", "EventStore", "Fleet", "MemoryStore",
                "InsightlyAPI", "Operations", "PostgreSQLClient", "PostgresStore", "PrivatePostgreSQL", "ScriptedPeer",
                "StagedStores", "StartedPrograms", logging,
            ],
            swiftSettings: settings),
        .target(name: "VirtualTime", dependencies: ["ChangeFeed"], path: "Tests/VirtualTime", swiftSettings: settings),
        // Many daemons on one store in virtual time, without either: as tests, as a benchmark, and by the thousand.
        .target(
            name: "SimulatedFleet", dependencies: ["ChangeFeed", "Fleet", "SimulatedWorld", "VirtualTime"],
            path: "Tests/SimulatedFleet", swiftSettings: computing),
        .testTarget(
            name: "FleetTests", dependencies: ["ChangeFeed", "Fleet", "SimulatedFleet", "VirtualTime"],
            swiftSettings: settings),
        // Whole lives of the daemon in virtual time, without a network: as tests, and by the thousand as a program.
        .target(
            name: "WholeLives",
            dependencies: [
                "ChangeFeed", "ChangeOracle", "ChangeStore", "DaemonConfiguration", "EventStore", "MemoryStore",
                "PostgreSQLClient", "PostgresStore", "ReceivedEvents", "SimulatedWorld", "VirtualTime",
            ],
            path: "Tests/WholeLives", swiftSettings: computing),
        .executableTarget(
            name: "simulate",
            dependencies: ["ChangeFeed", "PrivatePostgreSQL", "SimulatedFleet", "WholeLives", arguments],
            path: "Tests/Simulate", swiftSettings: settings),
        .testTarget(
            name: "ChangeOracleTests",
            dependencies: ["ChangeFeed", "ChangeOracle", "ReceivedEvents", "SimulatedWorld"],
            swiftSettings: settings),
        .testTarget(
            name: "SimulationTests", dependencies: ["PrivatePostgreSQL", "WholeLives"], swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "ChangeFeed", "ChangeOracle", "ChangeStore", "EventStore", "ReceivedEvents", "RunningServices",
                "PrivatePostgreSQL", "ScriptedPeer", "SimulatedWorld", "Simulator", "StartedPrograms",
                "WebhookReceiver", "insightly-webhooks", "receiver",
                asyncHTTPClient, crypto, lifecycle,
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
