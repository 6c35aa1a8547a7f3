/// The pool's settings, with the mission's defaults.
public struct PoolSettings: Sendable, Equatable {
    /// Sockets open at once over all origins, those connecting and those closing included.
    public var limit = 10
    /// The same per origin.
    public var limitPerHost = 5
    /// Each connection is closed after its request, and `Connection: close` is sent. Otherwise it stays open for the
    /// next request to the same origin; it keeps its lane meanwhile.
    public var forceClose = true
    /// How long an unused connection is kept, without ``forceClose``.
    public var idleTimeout = Duration.seconds(15)
    /// How long resolved addresses are reused.
    public var dnsTTL = Duration.seconds(300)
    /// From asking for a lane to the last byte of the body, redirects included.
    public var totalTimeout = Duration.seconds(30)
    /// Waiting for a lane, DNS, TCP and TLS together.
    public var connectTimeout = Duration.seconds(10)
    /// How long a TLS peer gets to answer close_notify before the socket is closed without it.
    public var shutdownGrace = Duration.milliseconds(100)
    /// The largest response body accepted, in bytes.
    public var responseBound = 64 * 1024 * 1024

    /// Redirects followed per request. 0 hands the redirect itself to the caller: an endpoint that sends a request
    /// with a key elsewhere is more likely misconfigured than meant.
    public var redirects = 0

    public init() {}
}
