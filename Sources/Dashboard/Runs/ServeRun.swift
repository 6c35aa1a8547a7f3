import Basics
import Canvas
import Dispatch
import EmbeddedModel
import Engine
import ServiceLifecycle

/// `singularis serve` from its start to its exit code: the server on the engine's threads, the lines on this one.
enum ServeRun {
    /// Blocks the calling thread, which is the main one, until a signal has ended the server or it could not start.
    static func run(_ configuration: EmbeddedModelConfiguration) -> Int32 {
        let lines = LineQueue()
        let outcome = FirstValue<Int32>()
        let server = ModelServerRun(configuration) { lines.append(.output(line($0))) }
        let group = ServiceGroup.silent([.init(service: SignalWatch { _ in server.end() })])
        Task {
            let watch = Task { try? await group.run() }
            var code: Int32 = 0
            do throws(ModelServerError) {
                try await server.run()
            } catch {
                lines.append(.error("singularis: \(error)"))
                code = 1
            }
            await group.triggerGracefulShutdown()
            await watch.value
            outcome.set(code)
            lines.end()
        }
        // A server whose lines nobody reads any more has lost its operator.
        lines.print { _ in server.end() }
        return outcome.current ?? 1
    }

    static func line(_ event: ModelServerRun.Event) -> String {
        switch event {
        case .listening(let url): "singularis model server listening on \(url) (Ctrl-C ends it)"
        case .request(let record): "\(localTime("%H:%M:%S")) \(line(record))"
        case .stopped(let counts):
            "closed: \(counts.answered) answered, \(counts.refused.values.reduce(0, +)) refused, "
                + "\(counts.open) connections left open"
        }
    }

    static func line(_ record: RequestRecord) -> String {
        let ending = switch record.ending {
        case .status(let code): "\(code)"
        case .broken: "broken off"
        case .abandoned: "client gone"
        }
        let fault = record.fault.map { " fault \($0.rawValue)" } ?? ""
        let path = TextWidth.sanitized(String(record.path.prefix(200)))
        return "\(record.method) \(path) \(ending) \(NumberFormat.duration(record.duration))"
            + " \(NumberFormat.count(record.bodyBytes)) B\(fault)"
    }
}
