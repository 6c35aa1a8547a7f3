import ArgumentParser
import AsyncHTTPClient
import Connections
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// The Swift clients of the benchmark. `run.py` starts these in turn and compares what they print.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(subcommands: [Work.self, Closing.self, Watching.self])
}

/// Does the same work as the clients in other languages.
struct Work: AsyncParsableCommand {
    enum Client: String, ExpressibleByArgument, CaseIterable {
        case pool, bare, ahc
        case poolKeepAlive = "pool-keepalive"
        case ahcKeepAlive = "ahc-keepalive"
    }

    @Option var client: Client
    @Option var url: String
    @Option var requests = 20_000
    @Option var concurrency = 5
    @Option var body = 130_000
    @Option(help: "Requests before the measured ones.") var warmup = 500
    @Option(help: "Milliseconds between snapshots of the pool's occupancy; 0 takes none.") var snapshots = 0
    @Option(help: "Certificates to trust, in PEM.") var caFile: String?
    @Flag(help: "Let the callers run on the event loop too.") var onLoop = false

    func run() async throws {
        let warm = Load(url: url, requests: warmup, concurrency: concurrency)
        let load = Load(url: url, requests: requests, concurrency: concurrency)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let executor: (any TaskExecutor)? = onLoop ? LoopExecutor(loop: group.next()) : nil
        let report = try await withTaskExecutorPreference(executor) { try await measure(group, warm, load) }
        print(report.json)
        try await group.shutdownGracefully()
    }

    private func measure(_ group: MultiThreadedEventLoopGroup, _ warm: Load, _ load: Load) async throws -> Report {
        switch client {
        case .pool, .poolKeepAlive: return try await withPool(group, warm, load)
        case .ahc, .ahcKeepAlive: return try await withAHC(group, warm, load)
        case .bare:
            let location = try Target(url)
            let client = BareClient(
                group: group, host: location.host, port: location.port, path: location.path, body: bytes)
            _ = try await warm.run(client.request)
            return try await load.run(client.request)
        }
    }

    private var bytes: ByteBuffer { ByteBuffer(repeating: UInt8(ascii: "x"), count: body) }

    private func withPool(
        _ group: MultiThreadedEventLoopGroup, _ warm: Load, _ load: Load
    ) async throws -> Report {
        var settings = PoolSettings()
        settings.forceClose = client == .pool
        let pool = ConnectionPool(settings, on: group, tls: TLSSettings(rootsFile: caFile))
        let idle = Usage.now.peakKilobytes
        let request = HTTPRequest(method: "POST", url: url, headers: Load.headers, body: bytes)
        let once: @Sendable () async throws -> Int = {
            try await pool.withResponse(to: request) { response in
                var bytes = 0
                for try await piece in response.body { bytes += piece.readableBytes }
                return bytes
            }
        }
        _ = try await warm.run(once)
        let watcher = snapshots == 0 ? nil : Task { [snapshots] in
            while !Task.isCancelled {
                _ = pool.occupancy()
                // As a screen does that is drawn so often: what that costs is measured, by the machine's own time.
                try await Task.sleep(for: .milliseconds(snapshots))
            }
        }
        var report = try await load.run(once)
        watcher?.cancel()
        report.idleKilobytes = idle
        await pool.close()
        return report
    }

    private func withAHC(
        _ group: MultiThreadedEventLoopGroup, _ warm: Load, _ load: Load
    ) async throws -> Report {
        var configuration = AsyncHTTPClient.HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 5
        configuration.httpVersion = .http1Only
        let closes = client == .ahc
        if closes { configuration.maximumUsesPerConnection = 1 }
        let client = AsyncHTTPClient.HTTPClient(eventLoopGroup: group, configuration: configuration)
        let bytes = bytes
        let once: @Sendable () async throws -> Int = { [url] in
            var request = HTTPClientRequest(url: url)
            request.method = .POST
            request.headers.add(contentsOf: Load.headers.map { ($0.name, $0.value) })
            if closes { request.headers.add(name: "Connection", value: "close") }
            request.body = .bytes(bytes)
            let response = try await client.execute(request, timeout: .seconds(30))
            var bytes = 0
            for try await piece in response.body { bytes += piece.readableBytes }
            return bytes
        }
        _ = try await warm.run(once)
        let report = try await load.run(once)
        try await client.shutdown()
        return report
    }
}

/// Runs tasks on an event loop.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop
    init(loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// How long `close()` takes, and what it leaves open.
struct Closing: AsyncParsableCommand {
    @Option var url: String
    @Option(help: "Requests that are in flight when the pool is closed.") var busy = 0

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var times: [Double] = []
        var left = 0
        for _ in 0..<200 {
            let before = Sockets.open
            let pool = ConnectionPool(PoolSettings(), on: group)
            let requests = (0..<busy).map { _ in
                Task { [url] in try await pool.withResponse(to: HTTPRequest(url: url)) { $0.status } }
            }
            try await until { pool.occupancy().lanes.count(where: { $0.phase == .waiting }) == busy }
            let start = ContinuousClock.now
            await pool.close()
            times.append((ContinuousClock.now - start) / .milliseconds(1))
            left = max(left, Sockets.open - before)
            for request in requests { _ = await request.result }
        }
        times.sort()
        print("{\"p50_ms\": \(times[100]), \"max_ms\": \(times[199]), \"left\": \(left)}")
        try await group.shutdownGracefully()
    }
}

/// Waits for what comes at once or never.
private func until(_ condition: () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while !condition() {
        guard ContinuousClock.now < deadline else { throw ValidationError("the pool did not come that far in 20 s") }
        await Task.yield()
    }
}

/// What one snapshot of the pool's occupancy costs while it works.
struct Watching: AsyncParsableCommand {
    @Option var url: String

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let pool = ConnectionPool(PoolSettings(), on: group)
        let requests = (0..<20).map { _ in
            Task { [url] in try await pool.withResponse(to: HTTPRequest(url: url)) { $0.status } }
        }
        try await until { pool.occupancy().busy == 5 && pool.occupancy().queued == 15 }
        let start = ContinuousClock.now
        var lanes = 0
        for _ in 0..<100_000 { lanes += pool.occupancy().busy }
        let each = (ContinuousClock.now - start) / .microseconds(100_000)
        await pool.close()
        for request in requests { _ = await request.result }
        print("{\"snapshot_us\": \(each), \"lanes\": \(lanes / 100_000)}")
        try await group.shutdownGracefully()
    }
}

/// The kernel's account of this process.
enum Sockets {
    static var open: Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return names.count { name in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
            return target?.hasPrefix("socket:") == true
        }
    }
}

/// A loopback URL, taken apart.
struct Target {
    let host: String
    let port: Int
    let path: String

    init(_ url: String) throws {
        let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw ValidationError("--url must be http://ADDRESS:PORT/PATH") }
        let rest = parts[2].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let authority = rest[0].split(separator: ":")
        guard authority.count == 2, let port = Int(authority[1]) else {
            throw ValidationError("--url must be http://ADDRESS:PORT/PATH")
        }
        (host, self.port, path) = (String(authority[0]), port, "/" + (rest.count > 1 ? rest[1] : ""))
    }
}
