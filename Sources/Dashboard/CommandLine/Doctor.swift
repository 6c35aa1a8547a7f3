import ArgumentParser
import Canvas
import Terminal

/// `singularis doctor`: what is there for a run with the given options, and what is missing.
struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at what a run needs here, and say how to get what is missing.",
        usage: "singularis doctor [--json] [<options of a run>]",
        discussion: """
            Takes the options of a run and plays nothing. It asks the given endpoint for its models, and nobody else; \
            where a voice may speak it plays half a second of silence.

            ✓ is there; ✗ is missing, and the given options need it; – is not there, and nothing that was asked for \
            needs it. Exit code: 0 if nothing that the given options need is missing, 1 otherwise.
            """)

    @Flag(help: "Print JSON, for scripts.")
    var json = false

    @OptionGroup var options: RunOptions
}

extension Doctor: LaunchedCommand {
    static func launch(_ arguments: [String], environment: [String: String]) throws -> Int32 {
        let doctor: Doctor
        var layers: Layers?
        var mistake: ConfigurationError?
        do {
            (doctor, layers) = try Layers.parse(Self.self, arguments, environment: environment)
        } catch let error as ConfigurationError {
            (doctor, mistake) = (try parsed(arguments), error)
        }
        let glyphs = doctor.options.display.glyphs ?? CursesTerminal.glyphs(environment)
        var run = DoctorRun(environment: environment) { check in
            if !doctor.json { for line in check.lines(isASCII: glyphs.isASCII) { Output.write(line) } }
        }
        if let mistake { run.broken(mistake) } else { run.configuration(layers?.file) }
        let settings = Result {
            try layers?.settings(doctor.options, environment: environment)
                ?? doctor.options.settings(environment: environment)
        }
        run.run(doctor.options, settings, message: { message(for: $0) })
        let diagnosis = Diagnosis(run.checks)
        Output.write(doctor.json ? try diagnosis.json() : "\n" + diagnosis.conclusion)
        return diagnosis.ok ? 0 : 1
    }
}
