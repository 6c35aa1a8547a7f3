import FoundationEssentials
import Glibc
import Testing

/// What must be true when a session has come to an end: asserted here for all of them.
struct AfterTheEnd: Sendable {
    enum Terminal: Sendable {
        /// As it was found.
        case restored
        /// Not a byte that is no text was written to it.
        case untouched
        /// Nobody could restore it.
        case left
        /// There is none any more.
        case gone
    }

    enum Journal: Sendable, Equatable {
        /// It tells the end, by one of these reasons, and that everything was closed but for these.
        case ended(Set<String>, but: Set<String> = [])
        /// It has no end, and tells what was open.
        case killed
        /// The same, where there may have been no time to write that down.
        case crashed
        /// None was begun.
        case none
    }

    /// What the README says of such an end.
    var status: [ExitStatus] = [.code(0)]
    var terminal = Terminal.restored
    var journal = Journal.ended(["signal"])
    /// What the person gets to read.
    var says: [String] = []

    func expect(_ session: SessionUnderTest, ports: Set<UInt16>) async throws {
        let status = await session.ended()
        #expect(self.status.contains(status), "\(status)\n\(session.words)")
        for word in says { #expect(session.words.contains(word), "\(word)\n\(session.words)") }
        if let terminal = session.terminal, self.terminal == .restored || self.terminal == .untouched {
            #expect(terminal.screen.leftovers.isEmpty)
            #expect(self.terminal == .restored || !terminal.screen.bytesOnNormalScreen.contains(0x1B))
            try #expect(terminal.settings() == terminal.settingsBefore)
        }
        #expect(ProcessFacts.session(session.process.pid).isEmpty)
        for port in ports { #expect(!ProcessFacts.isInUse(port: port), "port \(port)") }
        switch journal {
        case .ended(let reasons, let but):
            if terminal != .gone {
                let lines = session.words.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                let transcript = Transcript(lines: lines)
                let faults = but.isEmpty ? transcript.faults : transcript.faultsInHaste
                #expect(faults.isEmpty, "\(transcript)")
            }
            try await expectEnded(session, status, reasons, but)
        case .killed, .crashed: try await expectKilled(session, isOpenKnown: journal == .killed)
        case .none: #expect(try await session.sessions().isEmpty)
        }
    }

    private func expectEnded(
        _ session: SessionUnderTest, _ status: ExitStatus, _ reasons: Set<String>, _ but: Set<String>
    ) async throws {
        let found = try #require(try await session.sessions().first)
        let reason = try #require(found.reason)
        #expect(found.state == "ended" && reasons.contains(reason), "\(found)")
        try expectWholeLines(found.path, butLast: false)
        let report = try await session.report()
        #expect(report.outcome.reason == reason && .code(report.outcome.exit_code) == status, "\(report.outcome)")
        #expect(report.outcome.is_clean == but.isEmpty)
        #expect(report.still_open == nil && report.recording.damaged_lines == 0)
        // Receipts: of the keys that the agent held, and of everything else.
        #expect(report.cleanup.contains { $0.name == "Held game keys" && $0.result == "closed" })
        #expect(Set(report.cleanup.filter { $0.result != "closed" }.map(\.name)) == but, "\(report.cleanup)")
        #expect(report.connections.opened == report.connections.closed)
    }

    private func expectKilled(_ session: SessionUnderTest, isOpenKnown: Bool) async throws {
        let found = try #require(try await session.sessions().first)
        #expect(found.state == "killed" && found.reason == nil, "\(found)")
        try expectWholeLines(found.path, butLast: true)
        let report = try await session.report()
        #expect(report.outcome.reason == "killed" && !report.outcome.is_clean)
        #expect(report.recording.damaged_lines == 0)
        let open = Set(try #require(report.still_open).resources.map(\.name))
        if isOpenKnown { #expect(open.isSuperset(of: ["Held game keys", "Video interpreter", "Journal"]), "\(open)") }
        let words = try await session.told(["sessions"]).output
        for word in ["killed", "`singularis report \(found.id)`", "`reset`"] {
            #expect(words.contains(word), "\(words)")
        }
        let markdown = try await session.told(["report", "--last"]).output
        #expect(!isOpenKnown || markdown.contains("## Still open when it was killed"))
    }

    private struct AnyLine: Decodable {}

    /// Every line is JSON, the last one too where the writer came to its end.
    private func expectWholeLines(_ path: String, butLast: Bool) throws {
        let data = try #require(FileManager.default.contents(atPath: path))
        var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let last = lines.removeLast()
        #expect(last.isEmpty || butLast)
        for line in lines { #expect(throws: Never.self) { try JSONDecoder().decode(AnyLine.self, from: Data(line)) } }
    }
}
