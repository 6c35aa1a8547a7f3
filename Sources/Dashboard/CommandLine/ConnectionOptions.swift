import ArgumentParser
import Connections
import Engine
import FoundationEssentials

/// The flags of how connections are made, beyond their limits and budgets.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Certificates in PEM to trust besides the system's. Default: the file in SSL_CERT_FILE, if that is set.",
            valueName: "file"))
    var caFile: String?

    @Flag(help: "Reuse a connection for the next request to the same host, instead of closing each after its request.")
    var keepAlive = false

    @Option(help: "With --keep-alive: how long a connection that nobody uses stays open.")
    var idleTimeout = TimeSpan(.seconds(15))

    mutating func validate() throws {
        guard idleTimeout.duration > .zero else { throw ValidationError("--idle-timeout must be longer than 0.") }
        if let caFile, !FileManager.default.isReadableFile(atPath: caFile) {
            throw ValidationError("--ca-file: \(caFile) cannot be read. Name a file of certificates in PEM.")
        }
    }

    /// - Throws: `ValidationError` when the environment names a proxy for the endpoint that cannot be one.
    func apply(to settings: inout Settings, environment: [String: String]) throws {
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
