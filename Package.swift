// swift-tools-version: 6.2
import PackageDescription

/// One array for every target, so that flags cannot drift between modules.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0470-isolated-conformances.md
    .enableUpcomingFeature("InferIsolatedConformances"),
    // Span-returning properties of our own owners need it.
    .enableExperimentalFeature("Lifetimes"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncAlgorithms = Target.Dependency.product(name: "AsyncAlgorithms", package: "swift-async-algorithms")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A library in `Sources/<name>`, with the common flags.
func library(_ name: String, _ dependencies: [Target.Dependency], linking: [LinkerSetting] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings, linkerSettings: linking)
}

/// The tests of a library: `Tests/<name>Tests`; fixtures are read from the source tree, next to the tests.
func tests(_ name: String, fixtures: Bool = false, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: ["TestSupport"] + dependencies,
        exclude: fixtures ? ["Fixtures"] : [], swiftSettings: settings)
}

let package = Package(
    name: "vectorspool",
    products: [
        .executable(name: "vectorspoold", targets: ["vectorspoold"]),
        .executable(name: "vectorspool", targets: ["vectorspool"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML", "Reloading"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.10.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    ],
    targets: [
        // Row 0: system libraries and C.
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CInotifyTools", providers: [.apt(["libinotifytools0-dev"])]),
        .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
        .systemLibrary(name: "CSnowball", providers: [.apt(["libstemmer-dev"])]),
        .target(name: "CPlatform", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CMatrix", dependencies: ["COneDNN"], linkerSettings: [.linkedLibrary("dnnl")]),
        .target(name: "CKernels"),

        // Floor 1, the ground. A target imports only targets above it in this list; Tests/check.sh enforces this.
        library("Text", []),
        library("Platform", ["Text", "CZstd", "CInotifyTools", "CPlatform", crypto, deque, system]),
        library("NumPy", ["Text", "Platform"]),
        library("Identity", ["Text", "Platform", system]),

        // Floor 2, knowing.
        library("Quantization", ["NumPy", "CKernels", heap]),
        // Snowball is linked statically: stems are stored, so they should be those of the build.
        library("Lexicon", ["Text", "Platform", "CSnowball"], linking: [.linkedLibrary(":libstemmer.a")]),
        library("Documents", ["Text", "Platform", "Identity", system]),
        library("Encoding", ["Text", "Platform", "CMatrix", "CKernels", asyncAlgorithms, deque, system]),

        // Floor 3, keeping.
        library("Shards", ["Text", "Platform", "Identity", "Quantization", "Lexicon", "CKernels", heap, system]),
        library("Inbox", ["Text", "Platform", "Identity", deque, logging, system]),
        library("Spool", ["Text", "Platform", "Identity", "Inbox", logging, system]),

        // Floor 4, work.
        library(
            "Indexing",
            ["Text", "Platform", "Identity", "Quantization", "Lexicon", "Documents", "Encoding", "Shards", system]),
        library(
            "Ingest",
            [
                "Text", "Platform", "Identity", "Quantization", "Documents", "Encoding", "Shards", "Inbox", "Spool",
                "Indexing", deque, logging, system,
            ]),
        library("Maintenance", ["Platform", "Identity", "Shards", system]),
        library(
            "Search",
            [
                "Text", "Platform", "Identity", "Quantization", "Lexicon", "Documents", "Encoding", "Shards",
                "CKernels",
                system,
            ]),
        library(
            "Inspection",
            [
                "Text", "Platform", "Identity", "Quantization", "Documents", "Encoding", "Shards", "Inbox", "Spool",
                "Ingest", system,
            ]),

        // Floor 5, the faces, which declare what users can ask for; the floors below do it.
        library(
            "Settings",
            [
                "Text", "Platform", "Quantization", "Lexicon", "Encoding", "Inbox", "Spool", "Indexing", "Ingest",
                configuration,
                logging, system, yams,
            ]),
        library(
            "Daemon",
            [
                "Text", "Platform", "Identity", "Quantization", "Encoding", "Shards", "Inbox", "Spool", "Indexing",
                "Ingest", "Maintenance", "Settings", logging, serviceLifecycle, unixSignals, system,
            ]),
        library(
            "Console",
            [
                "Text", "Platform", "NumPy", "Identity", "Quantization", "Documents", "Encoding", "Shards", "Spool",
                "Inbox", "Indexing", "Ingest", "Maintenance", "Search", "Inspection", "Settings", argumentParser,
                system,
            ]),
        .executableTarget(
            name: "vectorspoold",
            dependencies: ["Text", "Platform", "Identity", "Settings", "Daemon", argumentParser, system],
            swiftSettings: settings),
        .executableTarget(name: "vectorspool", dependencies: ["Console"], swiftSettings: settings),

        // Tests.
        .target(
            name: "TestSupport", dependencies: ["Platform", "NumPy", logging, system], path: "Tests/TestSupport",
            swiftSettings: settings),
        .target(
            name: "IngestSupport", dependencies: ["Platform", "Identity", "Encoding", "Shards", "Indexing", system],
            path: "Tests/IngestSupport", swiftSettings: settings),
        .executableTarget(
            name: "vectorspool-faults",
            dependencies: [
                "IngestSupport", "TestSupport", "Platform", "Identity", "Quantization", "Shards", "Inbox", "Spool",
                "Indexing", "Ingest", "Daemon", argumentParser, logging, subprocess, system,
            ],
            path: "Tests/Faults", swiftSettings: settings),
        .executableTarget(
            name: "vectorspool-rankings",
            dependencies: [
                "Platform", "Identity", "NumPy", "Quantization", "Lexicon", "Documents", "Shards", "Indexing", "Search",
                argumentParser, system,
            ],
            path: "Tests/Benchmarks/search/Rankings", swiftSettings: settings),
        tests("Text", fixtures: true, ["Text"]),
        tests("Platform", ["Platform", system]),
        tests("NumPy", fixtures: true, ["Platform", "NumPy"]),
        tests("Identity", ["Platform", "Identity", system]),
        tests("Quantization", fixtures: true, ["Platform", "NumPy", "Quantization"]),
        tests("Lexicon", fixtures: true, ["Text", "Platform", "Lexicon", system]),
        tests("Documents", ["Text", "Platform", "Identity", "Documents", system]),
        tests("Encoding", fixtures: true, ["Platform", "Encoding", "CKernels", system]),
        tests("Shards", fixtures: true, ["Platform", "Identity", "Quantization", "Lexicon", "Shards", system]),
        tests("Inbox", ["Platform", "Inbox", logging, system]),
        tests("Spool", ["Platform", "Spool", system]),
        tests("Indexing", ["Platform", "Encoding", "Shards", "Indexing", system]),
        tests(
            "Ingest",
            [
                "IngestSupport", "Platform", "Identity", "Quantization", "Shards", "Inbox", "Spool", "Indexing",
                "Ingest", logging, system,
            ]),
        tests(
            "Maintenance",
            ["Platform", "Identity", "Quantization", "Lexicon", "Shards", "Maintenance", system]),
        tests("Search", ["Text", "Platform", "Identity", "Quantization", "Lexicon", "Shards", "Search", system]),
        tests(
            "Inspection", ["Platform", "Identity", "Quantization", "Shards", "Spool", "Ingest", "Inspection", system]),
        tests(
            "Settings",
            [
                "Text", "Platform", "Quantization", "Encoding", "Inbox", "Spool", "Indexing", "Ingest", "Settings",
                logging, system,
            ]),
        tests(
            "Daemon",
            [
                "IngestSupport", "Platform", "Identity", "Quantization", "Shards", "Inbox", "Spool", "Indexing",
                "Ingest", "Settings", "Daemon", logging, system,
            ]),
        tests(
            "Console",
            [
                "Text", "Platform", "Identity", "Quantization", "Encoding", "Shards", "Spool", "Ingest", "Search",
                "Inspection", "Console", system,
            ]),
        tests("EndToEnd", fixtures: true, ["Platform", "Shards", subprocess, system]),
    ]
)
