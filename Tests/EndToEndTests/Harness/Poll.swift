/// How long is waited for what comes at once: long enough for a machine with much else to do, since these limits are
/// there for what never comes.
enum Patience {
    static let wait = Duration.seconds(60)
    /// What a program is given before it is killed: more than one wait, so that the wait says what was missing.
    static let lifetime = Duration.seconds(150)
}

/// Waits until the condition holds, for what changes outside of this process and tells nobody: files, other processes.
/// Throws ``NotSeen`` after `timeout`, with what `seen` says then. It sleeps in between, so that no thread of the
/// tests is kept busy.
func poll(
    _ what: String, within timeout: Duration = Patience.wait, seen: () -> String = { "" },
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + timeout
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw NotSeen(what: what, why: "not so within \(timeout)", seen: seen())
        }
        try await Task.sleep(for: .milliseconds(20))
    }
}
