import Desktop
import Games
import Record

/// Carries out what the person at the keyboard asks for, one command after another.
struct CommandDesk: Sendable {
    let parts: SessionParts
    let hub: EventHub

    func obey(_ commands: AsyncStream<EngineCommand>) async {
        for await command in commands { await obey(command) }
    }

    /// Follows the gate: the model is not asked while the agent is paused, nor paid for a night in which it cannot
    /// play. The game rests with the gameplay, which also says what the gate's state is.
    func followGate() async {
        for await phase in parts.gameplay.gate.phases() {
            let rests = phase == .paused || phase == .held && !hub.snapshot.deadLoops.isEmpty
            parts.interpreter.setPaused(rests)
            parts.planner.setPaused(rests)
        }
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
        case .toggleMute: await parts.voice.toggleMute()
        case .takeOver(let on):
            parts.gameplay.takeOver(on)
            if !on { await release() }
        case .operatorInput(let input):
            guard parts.gameplay.gate.phase == .operatorDrives else { return }
            do { try await parts.game.send(input) } catch { hub.post(.notice("the game takes no keys: \(error)")) }
        case .panic:
            parts.obstacles.overrule()
            parts.gameplay.gate.hold()
            await release()
            hub.post(.notice("all keys released, input held; space gives it back"))
        }
    }

    private func release() async {
        do {
            try await parts.game.send(.releaseAll)
        } catch {
            hub.post(.notice("keys could not be released: \(error)"))
        }
    }
}
