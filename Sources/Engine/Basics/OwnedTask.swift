/// A task with an owner who ends it and awaits it: nothing of it runs any more when ``end()`` returns.
package struct OwnedTask: Sendable {
    private let task: Task<Void, Never>

    package init(_ body: @escaping @Sendable () async -> Void) {
        task = Task { await body() }
    }

    package func end() async {
        task.cancel()
        await task.value
    }
}
