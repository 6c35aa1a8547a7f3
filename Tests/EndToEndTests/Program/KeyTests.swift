import Glibc
import Testing

extension EndToEnd {
    /// The key of a session goes into a request header, and is seen nowhere else, though the server repeats it.
    @Suite("The key")
    struct KeyTests {
        private static let key = "AIzaSyTheSecretOfThisRun"

        private func arguments(_ server: EchoingServer, _ api: String) -> [String] {
            ["--endpoint", server.url, "--api", api, "--model", "m", "--frame-rate", "10"]
        }
        private static let environment: [String: String?] = ["GEMINI_API_KEY": key, "OPENAI_API_KEY": key]

        private func wasSent(to server: EchoingServer) -> Bool {
            server.heads.contains { $0.contains(Self.key) }
        }

        @Test("is in nothing that is printed without a terminal", arguments: ["gemini", "openai"])
        func headless(api: String) async throws {
            let server = try EchoingServer()
            let arguments = arguments(server, api) + ["--headless", "--speed", "4"]
            try await withHeadless(arguments, environment: Self.environment) { run in
                try await run.until("the refusal") { $0.error.contains("not with that") }
                run.process.signal(SIGTERM)
                let (status, written) = await run.ended()
                #expect(status == .code(0))
                #expect(!(written.output + written.error).contains("TheSecret"))
            }
            #expect(wasSent(to: server))
            await server.close()
        }

        @Test("is on no screen, and not in what stays after it")
        func dashboard() async throws {
            let server = try EchoingServer()
            try await withDashboard(arguments(server, "gemini"), environment: Self.environment) { terminal in
                try await terminal.until("the refusal") { $0.text.contains("model fails") }
                try terminal.send("q")
                try await terminal.until("the final statistics") { $0.showsFinalStatistics }
                try terminal.send("q")
                _ = await terminal.ended()
                #expect(!terminal.screen.text.contains("TheSecret"))
                #expect(!String(decoding: terminal.screen.bytesOnNormalScreen, as: UTF8.self).contains("TheSecret"))
            }
            #expect(wasSent(to: server))
            await server.close()
        }

        @Test(
            "is in no message about the command line, and in no list of models",
            arguments: [["--list-models"], ["--rpm", "x"]])
        func errors(more: [String]) async throws {
            let server = try EchoingServer()
            try await withHeadless(arguments(server, "gemini") + more, environment: Self.environment) { run in
                let (status, written) = await run.ended()
                #expect(status != .code(0))
                #expect(!(written.output + written.error).contains("TheSecret"))
            }
            await server.close()
        }
    }
}
