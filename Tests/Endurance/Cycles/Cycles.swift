import Basics
import Engine
import FoundationEssentials
import Games
import Glibc
import Journal
import Record

/// Starts and ends a whole session again and again in one process (`Tests/Endurance/cycles`), and asks the kernel what
/// is left: after the first tenth nothing may grow.
@main
struct Cycles {
    /// What the process holds at one moment.
    struct Holdings {
        let memory: Int
        let files: Int
        let sockets: Int
        let threads: Int
        let children: Int

        static func take() -> Holdings {
            let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
            func number(_ name: String) -> Int {
                let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
                return line?.split { !$0.isNumber }.first.flatMap { Int($0) } ?? -1
            }
            let census = ResourceCensus.take()
            let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? -1
            return Holdings(
                memory: number("VmRSS"), files: files, sockets: census.sockets, threads: number("Threads"),
                children: census.children)
        }
    }

    static func main() async throws {
        let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000
        guard count >= 20, CommandLine.arguments.count <= 2 else {
            print("usage: Cycles [sessions, at least 20]")
            exit(2)
        }
        signal(SIGPIPE, SIG_IGN)
        let assets = try Assets.find(environment: ProcessInfo.processInfo.environment)
        let folder = FileManager.default.temporaryDirectory.path + "/singularis-cycles-\(getpid())"

        var failures: [String] = []
        let base = Holdings.take()
        var (settled, now) = (base, base)
        func tell(_ done: Int) {
            print("\(done) sessions: \(now.memory) kB, \(now.files) files, \(now.sockets) sockets, "
                + "\(now.threads) threads, \(now.children) children")
            fflush(nil)
        }
        tell(0)
        for number in 1...count {
            let snapshot = try await session(number, folder, assets)
            if snapshot.exitCode != 0 || !snapshot.leftOpen.isEmpty, failures.count < 10 {
                failures.append("session \(number): exit code \(snapshot.exitCode), \(snapshot.leftOpen)")
            }
            guard number.isMultiple(of: count / 10) else { continue }
            now = .take()
            tell(number)
            if number == count / 10 { settled = now }
        }
        func compare(_ name: String, _ is: Int, _ most: Int) {
            if `is` > most { failures.append("\(name): \(`is`), at most \(most)") }
        }
        compare("kB of memory", now.memory, settled.memory + 5 * 1024)
        compare("files", now.files, settled.files)
        compare("sockets", now.sockets, base.sockets)
        compare("threads", now.threads, settled.threads)
        compare("children", now.children, base.children)
        try? FileManager.default.removeItem(atPath: folder)
        for failure in failures { print("FAILED", failure) }
        print(failures.isEmpty ? "6 passed, 0 failed" : "\(failures.count) failed")
        exit(failures.isEmpty ? 0 : 1)
    }

    /// One session, which ends where it is just then: at its first action, or, every fourth, once a request has ended.
    private static func session(_ number: Int, _ folder: String, _ assets: Assets) async throws -> Snapshot {
        var settings = Settings()
        settings.seed = UInt64(number)
        settings.mode = number.isMultiple(of: 2) ? .parallel : .sequential
        settings.speed = .lockStep
        settings.frameRate = 100
        settings.journal = JournalSettings(.folder(folder))
        settings.journal.keep = 1_000_000
        settings.learner.folder = folder
        let awaitsAnswer = number.isMultiple(of: 4)
        let hub = EventHub()
        let reached = FirstValue<Void>()
        hub.observe { event in
            switch event.kind {
            case .acted where !awaitsAnswer: reached.set(())
            case .account(.ended): reached.set(())
            // It could not even start.
            case .ended: reached.set(())
            default: break
            }
        }
        let session = Session(settings: settings, assets: assets, hub: hub)
        async let run: Void = session.run()
        await reached.value
        session.send(.stop(.duration))
        try await run
        return hub.snapshot
    }
}
