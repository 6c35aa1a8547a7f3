import Basics
import NIOCore
import NIOPosix

/// The embedded model as a server of its own: listens until it is told to stop, then closes everything.
package struct ModelServerRun: Sendable {
    package enum Event: Sendable {
        /// Where it can be asked, such as `http://127.0.0.1:8080`.
        case listening(String)
        case request(RequestRecord)
        case stopped(ServerCounts)
    }

    private let configuration: EmbeddedModelConfiguration
    private let stop = FirstValue<Bool>()
    private let report: @Sendable (Event) -> Void

    /// `report` is called on the server's threads and may only hand the event on.
    package init(_ configuration: EmbeddedModelConfiguration, report: @escaping @Sendable (Event) -> Void) {
        var configuration = configuration
        configuration.onRequest = { report(.request($0)) }
        self.configuration = configuration
        self.report = report
    }

    /// Asks it to end. Never waits; may come before ``run()``.
    package func end() { stop.set(true) }

    /// Serves until ``end()``. Returns when every connection is closed; throws when the port cannot be had.
    package func run() async throws(ModelServerError) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let executor = LoopExecutor(group.next())
        var failure: ModelServerError?
        do {
            let server = try await EmbeddedModelServer.start(group: group, configuration: configuration)
            report(.listening(server.baseURL))
            _ = await stop.value
            await server.close()
            report(.stopped(server.counts))
        } catch {
            failure = ModelServerError(port: configuration.port, why: "\(error)")
        }
        // Nothing is open on it any more.
        executor.close()
        try? await group.shutdownGracefully()
        if let failure { throw failure }
    }
}

package struct ModelServerError: Error, CustomStringConvertible {
    let port: Int
    let why: String

    package var description: String {
        "cannot listen on 127.0.0.1:\(port): \(why); choose another --port, or 0 for any that is free"
    }
}
