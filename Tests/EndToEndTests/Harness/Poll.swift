/// Waits until the condition holds, for what changes outside of this process and tells nobody: files, other processes.
/// Throws ``NotSeen`` after `timeout`, with what `seen` says then. It sleeps in between, so that no thread of the
/// tests is kept busy.
func poll(
    _ what: String, within timeout: Duration = .seconds(20), seen: () -> String = { "" },
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
