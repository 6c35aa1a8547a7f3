import ArgumentParser

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
}
