/// Why a session ended.
package enum StopReason: Sendable, Codable, Equatable {
    /// A key of the dashboard: `q` or Ctrl-C.
    case key
    case duration
    /// What was watched is over.
    case videoEnded
    /// A signal, by name, such as `SIGTERM`.
    case signal(String)
    case terminalLost
    /// It could not start, or not go on; carries the sentence for the operator.
    case error(String)

    /// What the process says when it ends for this reason and nothing was left open.
    package var exitCode: Int32 { if case .error = self { 1 } else { 0 } }
}
