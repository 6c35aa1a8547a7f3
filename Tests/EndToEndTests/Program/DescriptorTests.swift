import Glibc
import Testing

extension EndToEnd {
    @Suite("Without file descriptors")
    struct DescriptorTests {
        /// Sets how many files a process may have open. What is open stays so; only more cannot be opened.
        private func limit(_ process: ChildProcess, to count: rlim_t) throws {
            typealias SetLimit = @convention(c) (
                pid_t, CInt, UnsafePointer<rlimit>?, UnsafeMutablePointer<rlimit>?
            ) -> CInt
            // A GNU extension, which the module of the C library leaves out.
            let found = try #require(dlsym(nil, "prlimit"))
            var limit = rlimit(rlim_cur: count, rlim_max: 1024)
            // RLIMIT_NOFILE is 7.
            #expect(unsafeBitCast(found, to: SetLimit.self)(process.pid, 7, &limit, nil) == 0)
        }

        @Test("nothing is begun, and it is said what to do", arguments: ["--headless", "check --game doom", "serve"])
        func tooFew(arguments: String) async throws {
            let command = "ulimit -n 12; exec '\(try Executable.path())' \(arguments)"
            try await withHeadlessRun("/bin/sh", ["-c", command]) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(1))
                #expect(written.error.contains("only 12 files may be open at once"), "\(written.error)")
                #expect(written.output.isEmpty)
            }
        }

        @Test("requests fail and say what to do, the game goes on, and they work again when there are some")
        func outOfDescriptors() async throws {
            try await withHeadless(["--headless", "--speed", "4"]) { run in
                try await run.until("decisions") { $0.outputLines.count >= 2 }
                try limit(run.process, to: 3)
                try await run.until("a request that fails") {
                    $0.error.contains("Too many open files") && $0.error.contains("raise the limit with `ulimit -n`")
                }
                try limit(run.process, to: 1024)
                try await run.until("requests that work") { $0.error.contains("model requests work again") }
                run.process.signal(SIGINT)
                let (status, written) = await run.ended()
                #expect(status == .code(0))
                // Among other things: as many connections were closed as were opened.
                #expect(Transcript(lines: written.outputLines).faults.isEmpty, "\(written.output)")
                #expect(ProcessFacts.session(run.process.pid).isEmpty)
            }
        }
    }
}
