import FoundationEssentials
import Record

/// Whether every loop beats that should. What a person wants - a pause, input held, playing oneself - is no illness.
struct Health {
    struct Complaint: Equatable {
        var loop: LoopName?
        var words: String
    }
    let state: SessionState
    let complaints: [Complaint]

    var isGood: Bool { complaints.isEmpty }

    init(_ snapshot: Snapshot, now: Double) {
        state = snapshot.state
        switch state {
        case .starting: complaints = [Complaint(words: "the session is starting")]
        case .stopping, .ended: complaints = [Complaint(words: "the session is ending")]
        case .running, .paused, .stepping, .operatorDrives, .held:
            complaints = LoopName.allCases.compactMap { name in
                snapshot.loops[name].flatMap { Self.complaint(name, $0, isPaused: snapshot.state == .paused, now) }
            }
        }
    }

    private static func complaint(_ name: LoopName, _ loop: LoopStatus, isPaused: Bool, _ now: Double) -> Complaint? {
        if let failure = loop.failure {
            let next = failure.restartsAt.map { "restart \(failure.restart) in \(seconds($0 - now))" }
                ?? "given up after \(failure.restart) restarts, input is held"
            // One line, whatever an error says.
            let message = String(failure.message.map { $0.isNewline ? " " : $0 })
            return Complaint(
                loop: name, words: "\(name.rawValue): failed \(seconds(now - failure.time)) ago, \(next): \(message)")
        }
        guard !isPaused, loop.health(at: now) == .dead else { return nil }
        return Complaint(
            loop: name,
            words: "\(name.rawValue): silent for \(seconds(now - loop.lastBeat)), its beats should be "
                + "\(seconds(loop.interval)) apart")
    }

    private static func seconds(_ value: Double) -> String { "\((max(0, value) * 10).rounded() / 10) s" }

    /// What `/healthz` says.
    var text: String {
        isGood ? "ok: \(state.rawValue)\n" : complaints.map { $0.words + "\n" }.joined()
    }
}
