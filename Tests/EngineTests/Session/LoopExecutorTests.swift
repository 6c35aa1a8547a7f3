import Engine
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Basics

@Suite("Tasks on an event loop", .timeLimit(.minutes(5)), .serialized, .alone)
struct LoopExecutorTests {
    /// Runs `body` with an event loop that is an executor, and ends the loop.
    private func withLoop(_ body: (LoopExecutor, any EventLoop) async throws -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let executor = LoopExecutor(group.next())
        try await body(executor, group.next())
        executor.close()
        try await group.shutdownGracefully()
    }

    @Test("a task comes back to the loop from every wait, and so do those that it begins")
    func staying() async throws {
        try await withLoop { executor, loop in
            let elsewhere = MultiThreadedEventLoopGroup.singleton.next()
            let stays = Task(executorPreference: executor) {
                var stays = [loop.inEventLoop]
                await Task.yield()
                stays.append(loop.inEventLoop)
                try await LoopClock().sleep(for: .microseconds(1))
                stays.append(loop.inEventLoop)
                try await elsewhere.submit {}.get()
                stays.append(loop.inEventLoop)
                await withTaskGroup(of: Bool.self) { group in
                    group.addTask { loop.inEventLoop }
                    for await stay in group { stays.append(stay) }
                }
                let owned = FirstValue<Bool>()
                _ = OwnedTask { owned.set(loop.inEventLoop) }
                return stays + [await owned.value]
            }
            let all = try await stays.value
            #expect(all == Array(repeating: true, count: 6))
        }
    }

    @Test("a sleep ends at its instant, not before")
    func sleeping() async throws {
        try await withLoop { executor, _ in
            let early = Task(executorPreference: executor) {
                let clock = LoopClock()
                let end = clock.now + .milliseconds(3)
                try await clock.sleep(until: end, tolerance: nil)
                return clock.now < end
            }
            let isEarly = try await early.value
            #expect(!isEarly)
        }
    }

    @Test("a cancelled sleep ends at once, whether it has begun or not", arguments: [false, true])
    func cancelling(hasBegun: Bool) async throws {
        try await withLoop { executor, _ in
            let sleeper = Task(executorPreference: executor) { try await LoopClock().sleep(for: .seconds(3600)) }
            // Runs after the sleeper, which then sleeps.
            if hasBegun { await Task(executorPreference: executor) {}.value }
            sleeper.cancel()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
        }
    }

    @Test("a socket has its turn while a task never waits")
    func turns() async throws {
        try await withLoop { executor, loop in
            let isAccepted = FirstValue<Bool>()
            let server = try await ServerBootstrap(group: loop)
                .childChannelInitializer { channel in
                    isAccepted.set(true)
                    return channel.eventLoop.makeSucceededVoidFuture()
                }
                .bind(host: "127.0.0.1", port: 0).get()
            let busy = Task(executorPreference: executor) {
                while isAccepted.current == nil, !Task.isCancelled { await Task.yield() }
            }
            let address = try #require(server.localAddress)
            let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(to: address).get()
            await withTaskCancellationHandler { await busy.value } onCancel: { busy.cancel() }
            #expect(isAccepted.current == true)
            try await client.close()
            try await server.close()
        }
    }

    @Test("when the loop ends, who sleeps or works on it goes on elsewhere")
    func ending() async throws {
        let (began, isOver) = (FirstValue<Bool>(), FirstValue<Bool>())
        var sleeper: Task<Bool, any Error>?
        var workers: [Task<Bool, Never>] = []
        try await withLoop { executor, loop in
            sleeper = Task(executorPreference: executor) {
                try await LoopClock().sleep(for: .milliseconds(200))
                return loop.inEventLoop
            }
            // Of two that never wait, one is always in the queue.
            workers = (0..<2).map { _ in
                Task(executorPreference: executor) {
                    began.set(true)
                    while isOver.current == nil, !Task.isCancelled { await Task.yield() }
                    return loop.inEventLoop
                }
            }
            _ = await began.value
        }
        isOver.set(true)
        let ends = [try await sleeper?.value, await workers[0].value, await workers[1].value]
        #expect(ends == [false, false, false])
    }
}
