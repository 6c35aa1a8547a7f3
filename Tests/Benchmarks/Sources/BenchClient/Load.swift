import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The work that every client does: so many POSTs, so many at once.
struct Load: Sendable {
    let url: String
    let requests: Int
    let concurrency: Int

    /// What every client sends besides Host, Content-Length and Connection, so that all send the same bytes.
    static let headers = [
        (name: "Content-Type", value: "application/json"), (name: "Accept", value: "*/*"),
        (name: "User-Agent", value: "bench"),
    ]

    /// Does the work with `request`, which makes one request and returns the bytes of its answer.
    func run(_ request: @escaping @Sendable () async throws -> Int) async throws -> Report {
        let left = Countdown(requests)
        let usage = Usage.now
        let began = ContinuousClock.now
        let latencies = try await withThrowingTaskGroup(of: [Double].self) { group in
            for _ in 0..<concurrency {
                group.addTask {
                    var latencies: [Double] = []
                    latencies.reserveCapacity(requests / concurrency * 2)
                    while left.take() {
                        let start = ContinuousClock.now
                        guard try await request() > 0 else { throw Unanswered() }
                        latencies.append((ContinuousClock.now - start) / .milliseconds(1))
                    }
                    return latencies
                }
            }
            return try await group.reduce(into: [Double]()) { $0 += $1 }
        }
        let wall = (ContinuousClock.now - began) / .seconds(1)
        let used = Usage.now
        return Report(
            requests: requests, wall: wall, user: used.user - usage.user, system: used.system - usage.system,
            latencies: latencies.sorted(), peakKilobytes: used.peakKilobytes, idleKilobytes: usage.peakKilobytes)
    }

    struct Unanswered: Error {}
}

/// Work that is left, taken by whoever is free.
private final class Countdown: Sendable {
    private let left: Atomic<Int>
    init(_ count: Int) { left = Atomic(count) }
    func take() -> Bool { left.subtract(1, ordering: .relaxed).newValue >= 0 }
}

/// What the kernel says this process has used.
struct Usage {
    /// Seconds.
    let user: Double
    let system: Double
    let peakKilobytes: Int

    static var now: Usage {
        var usage = rusage()
        #if canImport(Glibc)
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
            getrusage(RUSAGE_SELF, &usage)
        #endif
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
        return Usage(
            user: seconds(usage.ru_utime), system: seconds(usage.ru_stime), peakKilobytes: Int(usage.ru_maxrss))
    }
}

/// What one client needed for the work. Printed as one line of JSON, the same as the clients in other languages.
struct Report {
    let requests: Int
    let wall: Double
    let user: Double
    let system: Double
    /// Milliseconds, sorted.
    let latencies: [Double]
    let peakKilobytes: Int
    /// The peak before there was anything to do.
    var idleKilobytes: Int

    func percentile(_ share: Double) -> Double {
        latencies.isEmpty ? 0 : latencies[min(latencies.count - 1, Int(Double(latencies.count) * share))]
    }

    var json: String {
        let fields: [(String, Double)] = [
            ("requests", Double(requests)), ("wall_s", wall), ("user_s", user), ("sys_s", system),
            ("p50_ms", percentile(0.5)), ("p99_ms", percentile(0.99)), ("peak_kb", Double(peakKilobytes)),
            ("idle_kb", Double(idleKilobytes)),
        ]
        return "{" + fields.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }
}
