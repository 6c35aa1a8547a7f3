import Desktop
import Games
import Record

/// Carries out what the person at the keyboard asks for, one command after another.
struct CommandDesk: Sendable {
    let parts: SessionParts
    let hub: EventHub
    let live: LivePicture

    func obey(_ commands: AsyncStream<EngineCommand>) async {
        for await command in commands { await obey(command) }
    }

    /// Follows the gate: the model is not asked while the agent is paused, nor paid for a night in which it cannot
    /// play. The game rests with the gameplay, which also says what the gate's state is.
    func followGate() async {
        for await phase in parts.gameplay.gate.phases() {
            let cannotPlay = parts.obstacles.holds || !hub.snapshot.deadLoops.isEmpty
            let rests = Self.modelRests(phase, cannotPlay: cannotPlay)
            parts.interpreter.setPaused(rests)
            // Where nothing is decided nobody plans.
            if !parts.game.isWatched { parts.planner.setPaused(rests) }
        }
    }

    /// Whether the model is not asked. While a person holds the input it is: there is still something to comment on.
    static func modelRests(_ phase: RunGate.Phase, cannotPlay: Bool) -> Bool {
        phase == .paused || phase == .held && cannotPlay
    }

    private func obey(_ command: EngineCommand) async {
        if command.needsKeys, parts.game.isWatched {
            return hub.post(.notice("\(GameError.onlyWatched(title: parts.game.title))"))
        }
        switch command {
        case .stop: break
        case .togglePause:
            parts.obstacles.overrule()
            parts.gameplay.togglePause()
            parts.revive()
        case .step: parts.gameplay.gate.step()
        case .nextPerspective: parts.interpreter.nextPerspective()
        case .changeSpeed(let factor):
            // Counted from the speed of now, so that keys pressed in a row add up.
            guard let speed = GameSpeed.changed(hub.snapshot.speed, times: factor) else {
                hub.post(.notice("a lock-step game has no speed to set"))
                return
            }
            do { try parts.game.setSpeed(speed) } catch { return hub.post(.notice("\(error)")) }
            hub.post(.speed(speed))
        case .toggleDryRun:
            if hub.snapshot.dryRun, let game = parts.game as? DesktopGame, !game.mayPress {
                return hub.post(.notice("\(DesktopError.notLive)"))
            }
            parts.gameplay.setDryRun(!hub.snapshot.dryRun)
        case .lookClosely(let on): live.want(on)
        case .toggleMute: await parts.voice.toggleMute()
        case .takeOver(let on):
            parts.gameplay.takeOver(on)
            if !on { _ = await release() }
        case .operatorInput(let input):
            guard parts.gameplay.gate.phase == .operatorDrives else { return }
            let scaled = (parts.game as? DesktopGame)?.scaled(input) ?? input
            do { try await parts.game.send(scaled) } catch { hub.post(.notice("the game takes no keys: \(error)")) }
        case .panic:
            parts.obstacles.overrule()
            parts.gameplay.gate.hold()
            if await release() { hub.post(.notice("all keys released, input held; space gives it back")) }
        }
    }

    /// Returns whether every key is up; says why where it is not.
    private func release() async -> Bool {
        do {
            try await parts.game.send(.releaseAll)
            return true
        } catch {
            hub.post(.notice("keys could not be released: \(error)"))
            return false
        }
    }
}
