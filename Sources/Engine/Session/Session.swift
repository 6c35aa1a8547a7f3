import Basics
import Connections
import Desktop
import FoundationEssentials
import Games
import Journal
import NIOPosix
import Record
import ServiceLifecycle

/// One run, from start to the audit after cleanup. Everything it opens is armed for cleanup the moment it exists, and
/// the cleanup runs once, here, however the run ends: by key, signal, duration, or an error while starting. An error in
/// a loop is its supervisor's.
package final class Session: Service {
    package let hub: EventHub
    private let settings: Settings
    private let assets: Assets
    private let cleanup: Cleanup
    private let stopped = FirstValue<StopReason>()
    private let commands = AsyncStream.makeStream(of: EngineCommand.self, bufferingPolicy: .bufferingOldest(256))
    /// What was open before the session opened anything.
    private let before = ResourceCensus.take()

    package init(settings: Settings, assets: Assets, hub: EventHub) {
        self.settings = settings
        self.assets = assets
        self.hub = hub
        cleanup = Cleanup(hub: hub)
    }

    /// Takes a command. Never waits. A stop that comes while the session ends already, from a person or a signal,
    /// shortens what is left of the cleanup.
    package func send(_ command: EngineCommand) {
        guard case .stop(let reason) = command else {
            commands.continuation.yield(command)
            return
        }
        if !stopped.set(reason), reason.isImpatient { cleanup.hurry() }
    }

    /// Plays until somebody says stop, then closes everything. Returns when the audit is done; throws nothing that
    /// happens in between, but reports it as the session's stop reason.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await play()
        } onGracefulShutdown: {
            self.send(.stop(.signal("shutdown")))
        }
    }

    private func play() async {
        var sampler: OwnedTask?
        var services: [OwnedTask] = []
        let (journal, unwritten) = openJournal()
        let opening = Task { [settings, assets, hub, cleanup] in
            try await SessionParts(settings: settings, assets: assets, hub: hub, cleanup: cleanup)
        }
        // Opening takes as long as a game takes to show its window: somebody who stops it does not wait for that.
        let cut = Task { [stopped] in
            _ = await stopped.value
            opening.cancel()
        }
        do {
            let parts = try await opening.value
            sampler = sample(parts)
            services = start(parts, unwritten)
        } catch {
            stopped.set(.error("\(error)"))
        }
        let reason = await stopped.value
        await cut.value
        hub.post(.state(.stopping))
        for service in services { await service.end() }
        _ = await cleanup.run()
        await sampler?.end()
        await audit()
        hub.post(.ended(reason))
        // After everything else: the audit and the end are in it.
        if let journal { await finish(journal) }
    }

    /// A disk that hangs does not keep the session from ending: what it has not taken by then is lost.
    private func finish(_ journal: JournalWriter) async {
        let first = FirstValue<Void>()
        Task {
            await journal.finish()
            first.set(())
        }
        let timer = Task { [clock = hub.clock] in
            do { try await clock.sleep(for: .seconds(2)) } catch { return }
            first.set(())
        }
        await first.value
        timer.cancel()
    }

    /// Opens the journal before anything else, so that all is in it. The session goes on without one where there can be
    /// none; then it is told why.
    private func openJournal() -> (JournalWriter?, why: String?) {
        do {
            var known = SessionInfo()
            (known.mode, known.seed, known.dryRun) = (settings.mode, settings.seed, settings.dryRun)
            (known.duration, known.model) = (settings.duration?.seconds, settings.model ?? "")
            (known.limit, known.limitPerHost) = (settings.pool.limit, settings.pool.limitPerHost)
            guard let journal = try JournalWriter.open(settings.journal, info: known) else { return (nil, nil) }
            hub.write(to: journal)
            cleanup.arm("Journal", step: 4) { try await journal.sync() }
            return (journal, nil)
        } catch {
            return (nil, "this session is not written down: \(error)")
        }
    }

    /// Starts the loops, the clock of `--duration` and the ear for commands. The loops are the cleanup's to end; what
    /// is returned is ours.
    private func start(_ parts: SessionParts, _ unwritten: String?) -> [OwnedTask] {
        hub.post(.started(parts.info))
        // The last of them is the one that the screen shows: what weighs most.
        let notices = settings.notices + parts.notices + [unwritten].compactMap(\.self)
        for notice in notices { hub.post(.notice(notice)) }
        if let resumed = parts.resumed { hub.post(.learnerResumed(resumed)) }
        hub.post(.speed(settings.speed.factor))
        hub.post(.state(.running))
        parts.startLoops()
        let live = LivePicture(hub: hub)
        let desk = CommandDesk(parts: parts, hub: hub, live: live)
        var services = [
            OwnedTask { [commands] in await desk.obey(commands.stream) },
            OwnedTask { await desk.followGate() },
        ]
        if let game = parts.game as? DesktopGame { services.append(OwnedTask(on: nil) { await live.follow(game) }) }
        services.append(
            OwnedTask { [stopped, game = parts.game] in
                do {
                    try await game.untilOver()
                    stopped.set(.videoEnded)
                } catch is CancellationError {
                } catch {
                    stopped.set(.error("\(error)"))
                }
            })
        if let duration = settings.duration {
            services.append(
                OwnedTask { [hub, stopped] in
                    do { try await hub.clock.sleep(for: duration) } catch { return }
                    stopped.set(.duration)
                })
        }
        return services
    }

    /// Posts what the pool does ten times a second while a lane is taken, until the very last socket is closed.
    private func sample(_ parts: SessionParts) -> OwnedTask {
        OwnedTask(on: parts.executor) { [hub] in
            var last = Occupancy()
            while true {
                let now = parts.occupancy()
                if now != last { hub.post(.occupancy(now)) }
                last = now
                do {
                    // Without a request nothing changes.
                    if now.busy + now.queued == 0 { await parts.untilAsked() }
                    try await hub.clock.sleep(for: .milliseconds(100))
                } catch {
                    let final = parts.occupancy()
                    if final != last { hub.post(.occupancy(final)) }
                    return
                }
            }
        }
    }

    /// Counts what is open now. What a hurried cleanup did not wait for may just be closing: it is counted again, for a
    /// tenth of a second at the most, before it is called left open.
    private func audit() async {
        var after = ResourceCensus.take()
        for _ in 0..<10 where after.sockets > before.sockets || after.children > before.children {
            // Not cut short when the task is cancelled: the count would be.
            await Task { [hub] in try? await hub.clock.sleep(for: .milliseconds(10)) }.value
            after = ResourceCensus.take()
        }
        var audit = Audit()
        (audit.socketsAtStart, audit.socketsAtEnd) = (before.sockets, after.sockets)
        (audit.childrenAtStart, audit.childrenAtEnd) = (before.children, after.children)
        hub.post(.audited(audit))
    }
}

extension StopReason {
    /// Somebody is waiting: a key, or a signal that a person sends. A closed terminal sends SIGHUP besides being lost,
    /// which is one end, not two.
    fileprivate var isImpatient: Bool {
        switch self {
        case .key: true
        case .signal(let name): name != "SIGHUP" && name != "shutdown"
        case .duration, .videoEnded, .terminalLost, .error: false
        }
    }
}

extension GameSpeed {
    /// How many times faster than life; 0 in lock-step.
    fileprivate var factor: Double {
        switch self {
        case .realtime(let factor): factor
        case .lockStep: 0
        }
    }
}
