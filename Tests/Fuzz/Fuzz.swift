import Glibc

/// Feeds libFuzzer's inputs to one of the readers of what comes from outside: `Fuzz TARGET [libFuzzer's arguments]`. A
/// reader may refuse anything, with an error; what is looked for is a trap, a hang, or memory that grows.
@main
struct Fuzz {
    typealias Target = @Sendable ([UInt8]) -> Void

    static let targets: [String: Target] = [
        "configuration": Files.configuration, "exchange": Answers.exchange, "gemini": Answers.gemini,
        "input": Terminals.input, "journal": Journals.journal, "keys": Files.keys, "openai": Answers.openAI,
        "plan": Answers.plan, "png": Files.png, "prices": Files.prices, "sse": Answers.sse, "theme": Files.theme,
    ]
    nonisolated(unsafe) private static var target: Target = { _ in }

    static func main() {
        var count = CommandLine.argc
        guard count > 1, let name = CommandLine.unsafeArgv[1].map({ String(cString: $0) }),
            let chosen = targets[name]
        else {
            print(targets.keys.sorted().joined(separator: "\n"))
            exit(2)
        }
        target = chosen
        // libFuzzer takes all but the first argument for its own.
        var arguments = CommandLine.unsafeArgv + 1
        count -= 1
        exit(
            runDriver(&count, &arguments) { bytes, count in
                Fuzz.target(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }
}

/// libFuzzer as a function, in C: the main program is ours.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

extension [UInt8] {
    /// Cut in pieces whose lengths are chosen by the bytes themselves, as a socket or a terminal cuts them.
    var pieces: [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var start = startIndex
        while start < endIndex {
            let end = Swift.min(endIndex, start + 1 + Int(self[start] & 31))
            pieces.append(self[start..<end])
            start = end
        }
        return pieces
    }
}
