/// The pool's settings, with the mission's defaults.
package struct PoolSettings: Sendable, Equatable {
    /// Sockets open at once over all origins, those connecting and those closing included.
    package var limit = 10
    /// The same per origin.
    package var limitPerHost = 5
    /// Each connection is closed after its request, and `Connection: close` is sent. Otherwise it stays open for the
    /// next request to the same origin; it keeps its lane meanwhile.
    package var forceClose = true
    /// How long an unused connection is kept, without ``forceClose``.
    package var idleTimeout = Duration.seconds(15)
    /// How long resolved addresses are reused.
    package var dnsTTL = Duration.seconds(300)
    /// From asking for a lane to the last byte of the body, redirects included.
    package var totalTimeout = Duration.seconds(30)
    /// Waiting for a lane, DNS, TCP and TLS together.
    package var connectTimeout = Duration.seconds(10)
    /// How long a TLS peer gets to answer close_notify before the socket is closed without it.
    package var shutdownGrace = Duration.milliseconds(100)
    /// The largest response body accepted, in bytes.
    package var responseBound = 64 * 1024 * 1024

    /// Redirects followed per request. 0 hands the redirect itself to the caller: an endpoint that sends a request
    /// with a key elsewhere is more likely misconfigured than meant.
    package var redirects = 0

    package init() {}
}
