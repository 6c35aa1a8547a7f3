import Glibc
import Testing

extension EndToEnd {
    @Suite("The model server")
    struct ServeTests {
        /// The port in the line that says where it listens.
        private func port(_ output: HeadlessRun.Output) -> UInt16? {
            guard let line = output.outputLines.first, let match = line.firstMatch(of: #/http://127\.0\.0\.1:(\d+)/#)
            else { return nil }
            return UInt16(match.1)
        }

        @Test("serves until a signal, and leaves nothing", arguments: [SIGINT, SIGTERM])
        func serves(signal: Int32) async throws {
            try await withHeadless(["serve", "--key", "s3cret", "--model-fault", "500=0.1"]) { run in
                let started = try await run.until("the address") { self.port($0) != nil }
                let port = try #require(self.port(started))
                #expect(ProcessFacts.listeningPorts(run.process.pid) == [port])
                run.process.signal(signal)
                let (status, written) = await run.ended()
                #expect(status == .code(0))
                #expect(written.outputLines.last?.contains("0 connections left open") == true, "\(written.output)")
                #expect(!written.output.contains("s3cret"))
                #expect(written.error.isEmpty)
                #expect(!ProcessFacts.isInUse(port: port))
            }
        }

        @Test("a port that is taken is one clear line and exit 1")
        func takenPort() async throws {
            let taken = try SilentServer()
            try await withHeadless(["serve", "--port", "\(taken.port)"]) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(1))
                #expect(written.errorLines.count == 1 && written.error.contains("--port"), "\(written.error)")
                #expect(written.output.isEmpty)
            }
            await taken.close()
        }

        @Test(
            "a bad value is one clear line and exit 2",
            arguments: [
                (["--model-fault", "hnag=0.1"], "did you mean hang?"),
                (["--model-fault", "hang=0.6,slow=0.6"], "add up"),
                (["--model-fault", "hang=x"], "not a number"), (["--port", "70000"], "--port"),
                (["--key", "a", "--key-file", "b"], "not both"), (["--key-file", "/nonexistent"], "/nonexistent"),
                (["--connections", "0"], "--connections"),
            ])
        func badValue(arguments: [String], words: String) async throws {
            try await withHeadless(["serve"] + arguments) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(2))
                #expect(written.output.isEmpty)
                #expect(written.errorLines.count == 1 && written.error.contains(words), "\(written.error)")
            }
        }

        @Test("faults need the embedded model")
        func remoteFaults() async throws {
            let arguments = ["--endpoint", "http://127.0.0.1:9", "--model-fault", "hang=0.1"]
            try await withHeadless(arguments) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(2))
                #expect(written.error.contains("--endpoint embedded"))
            }
        }
    }
}
