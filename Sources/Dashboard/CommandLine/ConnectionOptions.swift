import ArgumentParser
import Connections
import Engine
import FoundationEssentials

/// The flags of how connections are made: how many, how long, to whom.
struct ConnectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Sockets open at once, over all hosts.", valueName: "sockets"))
    var limit = 10

    @Option(
        help: ArgumentHelp(
            "Sockets open at once to one host. Default: 5, or --limit if that is less.", valueName: "sockets"))
    var limitPerHost: Int?

    @Option(help: ArgumentHelp("Longest wait for a lane, DNS, TCP and TLS together.", valueName: "time"))
    var connectTimeout = TimeSpan(.seconds(10))

    @Option(help: ArgumentHelp("Longest time for a whole request, its body included.", valueName: "time"))
    var totalTimeout = TimeSpan(.seconds(30))

    @Option(help: ArgumentHelp("How long resolved addresses are reused.", valueName: "time"))
    var dnsTTL = TimeSpan(.seconds(300))

    @Option(
        help: ArgumentHelp(
            "Certificates in PEM to trust besides the system's. Default: the file in SSL_CERT_FILE, if that is set.",
            valueName: "file"),
        completion: .file())
    var caFile: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Reuse a connection for the next request to the same host, instead of closing each after its request.")
    var keepAlive = false

    @Option(
        help: ArgumentHelp("With --keep-alive: how long a connection that nobody uses stays open.", valueName: "time"))
    var idleTimeout = TimeSpan(.seconds(15))

    mutating func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be between 1 and 1000.") }
        if let limitPerHost, !(1...limit).contains(limitPerHost) {
            throw ValidationError("--limit-per-host must be between 1 and --limit (\(limit)).")
        }
        let times = [
            ("--connect-timeout", connectTimeout), ("--total-timeout", totalTimeout), ("--idle-timeout", idleTimeout),
        ]
        for (name, time) in times where time.duration <= .zero {
            throw ValidationError("\(name) must be longer than 0.")
        }
        if let caFile, !FileManager.default.isReadableFile(atPath: caFile) {
            throw ValidationError("--ca-file: \(caFile) cannot be read. Name a file of certificates in PEM.")
        }
    }

    /// - Throws: `ValidationError` when the environment names a proxy for the endpoint that cannot be one.
    func apply(to settings: inout Settings, environment: [String: String]) throws {
        settings.pool.limit = limit
        settings.pool.limitPerHost = limitPerHost ?? min(settings.pool.limitPerHost, limit)
        settings.pool.connectTimeout = connectTimeout.duration
        settings.pool.totalTimeout = totalTimeout.duration
        settings.pool.dnsTTL = dnsTTL.duration
        settings.pool.forceClose = !keepAlive
        settings.pool.idleTimeout = idleTimeout.duration
        settings.tls = TLSSettings(file: caFile, environment: environment)
        settings.proxy = ProxySettings(environment: environment)
        guard case .remote(let url) = settings.endpoint,
            let name = ProxySettings.unusable(for: url, environment: environment)
        else { return }
        throw ValidationError("\(name) must be the address of an HTTP proxy, such as http://proxy.example:3128.")
    }
}
