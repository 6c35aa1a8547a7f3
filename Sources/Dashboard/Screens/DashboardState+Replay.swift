import Canvas
import Record
import Terminal

/// What is different on the screen of a session that is over, or is only watched.
extension DashboardState {
    /// The time that ages on the screen are counted to: of the session, not of who watches it.
    func sessionTime(_ now: Double) -> Double { replay?.position ?? now }

    /// Keys of a replay; `nil` for those that mean what they always do.
    mutating func pressInReplay(_ key: Key, now: Double) -> [Effect]? {
        guard let replay, !view.isTyping else { return nil }
        if case .mouse(.press(.left), let x, let y) = key, barRect.contains(Rect(x: x, y: y, width: 1, height: 1)) {
            return [.replay(.go(to: ReplayBar.share(x: x, in: barRect)))]
        }
        switch ReplayKeys.action(for: key) {
        case .stop: return key == "q" && view.closeWord != nil ? nil : [.leave]
        case .replay(.mark) where !view.filter.isEmpty: return nil
        case .replay(let command): return [.replay(command)]
        default: break
        }
        guard let action = KeyMap.action(for: key), KeyMap.group(of: action) == .agent else { return nil }
        if case .alive = replay.writer {
            say("you only watch: this session takes keys where it was started", now: now)
        } else {
            say("this is a replay: nobody is there to be told", now: now)
        }
        return []
    }

    /// When a message of the screen itself was said, in the time of what is shown.
    func messageInSession(_ now: Double) -> Toast.Message? {
        message.map { said in
            guard replay != nil else { return said }
            return Toast.Message(time: sessionTime(now) - (now - said.time), text: said.text, outlivesState: true)
        }
    }
}
