import Glibc
import Testing

extension EndToEnd {
    @Suite("Crashes")
    struct CrashTests {
        /// Long for a machine that is busy, and shorter than the runtime's own report would wait for a key.
        private static let lifetime = Duration.seconds(25)

        /// Nothing that keeps the runtime's own report from waiting for a key, as in the life of most people.
        private static let plain: [String: String?] = ["SWIFT_BACKTRACE": nil]

        @Test("a fatal signal gives the terminal back and ends the program as that signal does",
            arguments: [
                SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM,
                SIGPROF, SIGXCPU, SIGXFSZ, SIGIO, SIGPWR, SIGSTKFLT, 34, 50, 64,
            ])
        func fatalSignal(signal: Int32) async throws {
            try await withDashboard(environment: Self.plain, lifetime: Self.lifetime) { terminal in
                try await terminal.playing(actions: 1)
                #expect(terminal.screen.modes.isSuperset(of: [1049, 2004]))
                terminal.process.signal(signal)
                #expect(await terminal.ended() == .signal(signal))
                try terminal.expectUntouchedMachine()
                #expect(!terminal.screen.isAlternate)
            }
        }

        @Test("a fault on the thread that draws gives the terminal back at once, says what it was and keeps its signal",
            arguments: [("screen", SIGILL), ("overflow", SIGSEGV), ("pointer", SIGSEGV)])
        func fault(kind: String, signal: Int32) async throws {
            // The runtime's report would wait for half a minute.
            try await withDashboard(["--crash", kind], environment: Self.plain, lifetime: Self.lifetime) { terminal in
                let status = await terminal.ended()
                // A trap is one signal or another, depending on the processor.
                #expect(status == .signal(signal) || (signal == SIGILL && status == .signal(SIGTRAP)))
                try terminal.expectUntouchedMachine()
                if signal == SIGILL {
                    #expect(terminal.screen.transcript.joined().contains("crashed on purpose"))
                }
            }
        }

        @Test("a crash while the terminal has stalled ends the program all the same")
        func stalled() async throws {
            try await withDashboard(environment: Self.plain, lifetime: Self.lifetime) { terminal in
                try await terminal.playing(actions: 1)
                try terminal.stall(true)
                terminal.process.signal(SIGSEGV)
                #expect(await terminal.process.ended() == .signal(SIGSEGV))
                try #expect(terminal.settings() == terminal.settingsBefore)
            }
        }
    }
}
