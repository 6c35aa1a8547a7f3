/// A task with an owner who ends it and awaits it: nothing of it runs any more when ``end()`` returns.
package struct OwnedTask: Sendable {
    private let task: Task<Void, Never>

    /// Runs on `executor`, or where other tasks do; what a task begins on an event loop stays there by itself.
    package init(on executor: LoopExecutor? = .current, _ body: @escaping @Sendable () async -> Void) {
        task = Task(executorPreference: executor) { await body() }
    }

    package func end() async {
        task.cancel()
        await task.value
    }
}
