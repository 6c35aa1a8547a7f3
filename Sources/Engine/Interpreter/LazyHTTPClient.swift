import Basics
import Connections
import Synchronization

/// An HTTP client that is made when the first request needs it, reused by all later ones, and made anew when it was
/// closed in between. Whoever shares one shares its connections and their limits.
package final class LazyHTTPClient: HTTPClient {
    private let make: @Sendable () -> any HTTPClient
    private let begun = Wakeup()
    private let current = Mutex<(any HTTPClient)?>(nil)

    package init(_ make: @escaping @Sendable () -> any HTTPClient) { self.make = make }

    package func withResponse<Result: Sendable>(
        to request: HTTPRequest, _ use: @Sendable (HTTPResponse) async throws -> Result
    ) async throws -> Result {
        begun.signal()
        return try await client().withResponse(to: request, use)
    }

    /// Returns when a request begins, or at once when one has begun since the last time.
    package func untilAsked() async { await begun.wait() }

    /// What the present client's lanes do; empty before there was one. A closed one keeps showing its totals.
    package func occupancy() -> Occupancy { current.withLock { $0 }?.occupancy() ?? Occupancy() }

    /// Closes the present client, if there is one. A later request makes a new one: stop those who ask first.
    package func close() async {
        guard let client = current.withLock({ $0 }) else { return }
        // A closing that is given up half way leaves sockets behind: cancelling the caller must not reach it.
        await Task { await client.close() }.value
    }

    /// Made under the lock, so that two first requests do not make two.
    private func client() -> any HTTPClient {
        current.withLock {
            if let client = $0, !client.occupancy().isClosed { return client }
            let new = make()
            $0 = new
            return new
        }
    }
}
