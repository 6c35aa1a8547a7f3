import Basics
import FoundationEssentials
import Glibc
import NIOPosix
import Record
import Synchronization

/// Whether and where the learner outlives a session.
package struct LearnerSettings: Sendable {
    /// The folder with a file for each game; `nil`: nothing is read or written.
    package var folder: String?
    /// Why there is none, where the operator would expect one.
    package var why: String?
    /// Begins with a learner that knows nothing.
    package var isFresh = false
    package init() {}

    /// Where it is kept; `nil` without a home.
    package static func folder(environment: [String: String]) -> String? {
        StateFolder.path(environment: environment).map { $0 + "/learner" }
    }
}

/// Keeps what the learner knows: takes it up when a session starts, and saves it every few minutes and at the end.
/// Whatever is wrong with the file or its folder is told and ends nothing.
final class LearnerKeeper: Sendable {
    static let period = Duration.seconds(300)

    /// What a session begins with.
    struct Start: Sendable {
        var learner = Learner()
        /// What the operator must know of it.
        var notices: [String] = []
        /// The file that it is saved to; `nil`: it is not.
        var keeper: LearnerKeeper?
    }

    private let file: LearnerCheckpoint
    private let hub: EventHub
    private struct State {
        /// Experiences in the file.
        var saved: Int
        var hasComplained = false
    }
    private let state: Mutex<State>

    private init(_ file: LearnerCheckpoint, _ hub: EventHub, saved: Int) {
        (self.file, self.hub) = (file, hub)
        state = Mutex(State(saved: saved))
    }

    /// Takes up what earlier sessions learnt in games of that kind.
    static func start(_ settings: LearnerSettings, game: String, hub: EventHub) async -> Start {
        guard let folder = settings.folder else {
            return Start(notices: settings.why.map { ["what is learnt will not be kept: \($0)"] } ?? [])
        }
        return await offLoop { start(LearnerCheckpoint(game: game, folder: folder), settings, hub) }
    }

    private static func start(_ file: LearnerCheckpoint, _ settings: LearnerSettings, _ hub: EventHub) -> Start {
        var start = Start()
        do {
            let folder = file.path.folder
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            guard access(folder, W_OK | X_OK) == 0 else { throw WholeFile.Failure(folder) }
        } catch {
            let why = (error as? WholeFile.Failure)?.description ?? "\(file.path.folder) cannot be made"
            start.notices.append("what is learnt will not be kept: \(why)")
        }
        let isKept = start.notices.isEmpty
        if isKept { WholeFile.removeLeftovers(of: file.path) }
        do {
            guard let learner = try file.read() else {
                start.keeper = isKept ? LearnerKeeper(file, hub, saved: 0) : nil
                return start
            }
            if settings.isFresh {
                if isKept {
                    let aside = try file.setAside(".old")
                    start.notices.append("the learner begins anew; what it knew is kept in \(aside)")
                }
            } else {
                start.learner = learner
                let summary = learner.summary
                start.notices.append(
                    "the learner goes on from \(summary.experiences) experiences in \(summary.states) states "
                        + "(--fresh begins anew)")
            }
            start.keeper = isKept ? LearnerKeeper(file, hub, saved: start.learner.summary.experiences) : nil
        } catch let error as LearnerCheckpoint.Unusable where isKept && (error.isBroken || settings.isFresh) {
            do {
                let aside = try file.setAside(error.isBroken ? ".broken" : ".old")
                start.notices.append("the learner begins anew: \(error); its file is kept as \(aside)")
                start.keeper = LearnerKeeper(file, hub, saved: 0)
            } catch {
                start.notices.append("the learner begins anew, and is not kept: \(error)")
            }
        } catch {
            // Not ours to replace.
            start.notices.append("the learner begins anew, and is not kept: \(file.path): \(error)")
        }
        return start
    }

    /// Saves what `learner` gives every few minutes, until cancelled.
    func run(_ learner: @Sendable () -> Learner) async {
        while true {
            do { try await hub.clock.sleep(for: Self.period) } catch { return }
            do {
                try await save(learner())
                state.withLock { $0.hasComplained = false }
            } catch {
                let isNews = state.withLock { state in
                    defer { state.hasComplained = true }
                    return !state.hasComplained
                }
                // Told once: a disk that is full is full every five minutes.
                if isNews { hub.post(.notice("what is learnt could not be saved: \(error)")) }
            }
        }
    }

    /// Saves a learner, unless the file has all that it knows.
    func save(_ learner: Learner) async throws {
        let experiences = learner.summary.experiences
        guard state.withLock({ $0.saved != experiences }) else { return }
        try await Self.offLoop { [file] in Result { try file.write(learner) } }.get()
        state.withLock { $0.saved = experiences }
    }

    /// A disk may take its time: no task waits for it on a thread that others need.
    private static func offLoop<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        // The pool of the whole process is never closed, which is all that this could throw.
        (try? await NIOThreadPool.singleton.runIfActive(work)) ?? work()
    }
}
