import ArgumentParser
import Metrics

/// The flags of what a run shows and leaves behind.
struct OutputOptions: ParsableArguments {
    @Flag(inversion: .prefixedNo, help: "No dashboard: one line a decision, the transcript at the end.")
    var headless = false

    @Flag(inversion: .prefixedNo, help: "Wait for a key on the final statistics screen.")
    var wait = true

    @Option(
        help: ArgumentHelp(
            """
            The final report as JSON: json prints it (then standard output has nothing else without a dashboard, and \
            all other lines go to standard error), a name that ends in .json is the file it is written to.
            """, valueName: "file"),
        completion: .file(extensions: ["json"]))
    var report: ReportTarget?

    @Option(
        help: ArgumentHelp(
            """
            Serve the session's figures to Prometheus: an address and a port, such as 127.0.0.1:9464 or [::1]:9464, or \
            a port of 127.0.0.1 alone; port 0 takes any that is free. /metrics has the figures; /healthz answers 200 \
            while every loop beats that should, else 503 and which does not. Who can reach it can read it: an address \
            of the network only if you name one. off: not.
            """, valueName: "address"),
        transform: { text in
            if text == "off" { return .off }
            if let address = MetricsAddress(text) { return .at(address) }
            throw ValidationError("it must be an IP address and a port, such as 127.0.0.1:9464, a port alone, or off.")
        })
    var metrics: MetricsTarget?

    enum MetricsTarget: Equatable {
        case off
        case at(MetricsAddress)
    }

    func metricsSettings(version: String) -> MetricsSettings? {
        if case .at(let address) = metrics { MetricsSettings(address: address, version: version) } else { nil }
    }
}
