/// Carries out what the person at the keyboard asks for, one command after another.
struct CommandDesk: Sendable {
    let parts: SessionParts
    let hub: EventHub

    func obey(_ commands: AsyncStream<EngineCommand>) async {
        for await command in commands { await obey(command) }
    }

    /// Follows the gate: the game and the interpreter rest while the agent is paused, and the screen says so.
    func followGate() async {
        for await phase in parts.gameplay.gate.phases() {
            let isPaused = phase == .paused
            await parts.game.setPaused(isPaused)
            parts.interpreter.setPaused(isPaused)
            parts.planner.setPaused(isPaused)
            hub.post(.state(phase.session))
        }
    }

    private func obey(_ command: EngineCommand) async {
        switch command {
        case .stop: break
        case .togglePause: parts.gameplay.gate.togglePause()
        case .step: parts.gameplay.gate.step()
        case .nextPerspective: parts.interpreter.nextPerspective()
        case .setSpeed(let factor):
            guard hub.snapshot.speed > 0 else {
                hub.post(.notice("a lock-step game has no speed to set"))
                return
            }
            parts.game.setSpeed(factor)
            hub.post(.speed(factor))
        case .toggleDryRun:
            parts.gameplay.setDryRun(!hub.snapshot.dryRun)
        case .takeOver(let on):
            parts.gameplay.gate.takeOver(on)
            if !on { await release() }
        case .operatorInput(let input):
            guard parts.gameplay.gate.phase == .operatorDrives else { return }
            do { try await parts.game.send(input) } catch { hub.post(.notice("the game takes no keys: \(error)")) }
        case .panic:
            parts.gameplay.gate.hold()
            await release()
            hub.post(.notice("all keys released, input held; space gives it back"))
        }
    }

    private func release() async {
        do { try await parts.game.send(.releaseAll) } catch { hub.post(.notice("keys could not be released: \(error)")) }
    }
}
