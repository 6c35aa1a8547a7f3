// swift-tools-version: 6.1
import PackageDescription

/// What a build of its own is for: `thread` or `address` (with `--sanitize`), `fuzz` (`Tests/Fuzz/run`), `cycles`
/// (`Tests/Endurance/cycles`) or `lockstep` (`Tests/Games/lockstep.py`). A plain build sees nothing of it.
let check = Context.environment["CHECK_BUILD"] ?? ""
let isFuzzed = check == "fuzz"

/// A sanitizer stands before `pthread_create` itself, and sees nothing of what Swift's own libraries do.
let sanitized: [SwiftSetting] = ["thread", "address", "fuzz"].contains(check) ? [.define("SANITIZED")] : []

/// Our modules count the branches that an input takes; those of others need not.
let counted: [SwiftSetting] =
    isFuzzed ? [.unsafeFlags(["-sanitize=fuzzer", "-parse-as-library", "-enable-testing"])] : []

/// Warnings are errors only where CI asks for it, so that a newer toolchain's warnings never break a plain build.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
] + sanitized + counted

/// A test names the module it is about; what that module's values are made of it may use without naming each.
let tests: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

let package = Package(
    name: "singularis",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "singularis", targets: ["Dashboard"]),
        .library(name: "Connections", targets: ["Connections"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        .systemLibrary(name: "CNcurses", providers: [.apt(["libncursesw5-dev"])]),
        .systemLibrary(name: "CZlib", path: "Sources/Engine/CZlib", providers: [.apt(["zlib1g-dev"])]),
        // The walls of the engine, from the ground up: what a module does not import it cannot name.
        .target(
            name: "Basics",
            dependencies: [
                "CZlib",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            path: "Sources/Engine/Basics", swiftSettings: strict),
        .target(name: "Vision", dependencies: ["Basics", "CZlib"], path: "Sources/Engine/Vision", swiftSettings: strict),
        .target(name: "Speech", dependencies: ["Basics"], path: "Sources/Engine/Speech", swiftSettings: strict),
        .target(
            name: "Connections",
            dependencies: [
                "Basics",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            path: "Sources/Engine/Connections", swiftSettings: strict),
        .target(name: "Games", dependencies: ["Basics", "Vision"], path: "Sources/Engine/Games", swiftSettings: strict),
        // A small HTTP server on the loop there is, for who is asked something: the embedded model, the metrics.
        .target(
            name: "Serving",
            dependencies: [
                "Basics",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Sources/Engine/Serving", swiftSettings: strict),
        // Real games in a window: knows of displays, pictures and keys, and nothing of how one plays.
        .target(
            name: "Desktop",
            dependencies: ["Basics", "Vision", "Games", .product(name: "Subprocess", package: "swift-subprocess")],
            path: "Sources/Engine/Desktop", swiftSettings: strict),
        .target(
            name: "EmbeddedModel",
            dependencies: [
                "Basics", "Vision", "Speech", "Serving",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            path: "Sources/Engine/EmbeddedModel", swiftSettings: strict),
        // Playing by pictures alone, without a model: where the walls are, what moves, where to go.
        .target(
            name: "Navigation",
            dependencies: ["Basics", "Vision", .product(name: "HeapModule", package: "swift-collections")],
            path: "Sources/Engine/Navigation", swiftSettings: strict),
        // What is told of a session, and all that is folded from it: what screens, journals and reports may know.
        .target(
            name: "Record",
            dependencies: [
                "Basics", "Vision", "Connections", .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            path: "Sources/Engine/Record", swiftSettings: strict),
        // A session on the disk: written while it runs, read back by whoever asks later.
        .target(
            name: "Journal", dependencies: ["Basics", "Vision", "Record"], path: "Sources/Engine/Journal",
            swiftSettings: strict),
        // A session in figures, for those who watch many.
        .target(
            name: "Metrics",
            dependencies: [
                "Basics", "Vision", "Connections", "Record", "Serving",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Sources/Engine/Metrics", swiftSettings: strict),
        .target(
            name: "Engine",
            dependencies: [
                "Basics", "Vision", "Speech", "Connections", "Games", "EmbeddedModel", "Navigation", "Desktop", "Record",
                "Journal", "Metrics",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            exclude: [
                "Basics", "CZlib", "Vision", "Speech", "Connections", "Games", "Serving", "EmbeddedModel",
                "Navigation", "Desktop", "Record", "Journal", "Metrics",
            ],
            swiftSettings: strict),
        .target(name: "Canvas", path: "Sources/Dashboard/Canvas", swiftSettings: strict),
        .target(
            name: "Terminal", dependencies: ["CNcurses", "CZlib", "Canvas"], path: "Sources/Dashboard/Terminal",
            swiftSettings: strict),
        .executableTarget(
            name: "Dashboard",
            dependencies: [
                "Canvas", "Terminal", "Basics", "Vision", "Speech", "Connections", "Games", "EmbeddedModel",
                "Desktop", "Record", "Journal", "Metrics", "Engine",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Canvas", "Terminal"],
            swiftSettings: strict,
            // Libraries must find the program's own function of this name: Terminal/AlternateStack.swift says why.
            linkerSettings: sanitized.isEmpty
                ? [.unsafeFlags(["-Xlinker", "--export-dynamic-symbol=pthread_create"])] : []),
        .target(name: "TestSupport", dependencies: ["Basics"], path: "Tests/Support", swiftSettings: strict),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "Basics", "Vision", "Speech", "Connections", "Games", "Serving", "EmbeddedModel", "Navigation",
                "Desktop", "Record", "Journal", "Metrics", "Engine", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            exclude: ["Navigation/Pictures"],
            swiftSettings: tests),
        .testTarget(
            name: "DashboardTests",
            dependencies: [
                "Dashboard", "Canvas", "Terminal", "Basics", "Vision", "Connections", "Games", "EmbeddedModel",
                "Desktop", "Record", "Journal", "Metrics", "Engine", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Golden"], swiftSettings: tests),
        .testTarget(name: "EndToEndTests", dependencies: ["Dashboard", "Games", "TestSupport"], swiftSettings: tests),
    ],
    swiftLanguageModes: [.v6]
)

switch check {
case "thread":
    // What runs on several threads is in the engine; the rest would double the time that the build takes.
    package.products = []
    package.targets.removeAll { ["Dashboard", "DashboardTests", "EndToEndTests"].contains($0.name) }
case "cycles":
    package.targets.append(
        .executableTarget(
            name: "Cycles", dependencies: ["Basics", "Games", "Record", "Journal", "Engine"],
            path: "Tests/Endurance/Cycles", swiftSettings: strict))
case "lockstep":
    package.products = []
    package.targets.removeAll { !["Basics", "CZlib", "Vision", "Navigation"].contains($0.name) }
    package.targets.append(
        .executableTarget(
            name: "Lockstep", dependencies: ["Basics", "Vision", "Navigation"], path: "Tests/Games/Lockstep",
            swiftSettings: strict))
case "fuzz":
    // The program becomes a library: it has one entry point too many.
    let program = package.targets.first { $0.name == "Dashboard" }!
    package.products = []
    package.targets.removeAll { $0.type == .test || $0.name == program.name }
    package.targets += [
        .target(
            name: program.name, dependencies: program.dependencies, exclude: program.exclude + ["main.swift"],
            swiftSettings: strict),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "Dashboard", "Canvas", "Terminal", "Basics", "Vision", "Connections", "Record", "Journal", "Engine",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            path: "Tests/Fuzz", exclude: ["corpus", "run"], swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
    ]
default: break
}
