import Engine
import Testing

@testable import Basics
@testable import Speech

@Suite("Speech audio", .shared) struct SpeechAudioTests {
    /// A tone, little-endian, of one or two channels.
    static func tone(_ count: Int, rate: Int, channels: Int = 1) -> [UInt8] {
        (0..<count).flatMap { index -> [UInt8] in
            // A triangle of 300 Hz: no library function is needed.
            let phase = Double(index * 300 % rate) / Double(rate)
            let value = Int((phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase) * 12_000)
            let sample = [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
            return (0..<channels).flatMap { _ in sample }
        }
    }

    static func wave(
        _ samples: [UInt8], rate: Int, channels: Int = 1, bits: Int = 16, format: Int = 1, length: Int = 0x7FFF_F000
    ) -> [UInt8] {
        func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
        let form = little(format, 2) + little(channels, 2) + little(rate, 4) + little(rate * channels * 2, 4)
            + little(channels * 2, 2) + little(bits, 2)
        // A chunk that nobody needs, of odd length, before the samples.
        let note = Array("LIST".utf8) + little(3, 4) + [1, 2, 3, 0]
        return Array("RIFF".utf8) + little(0x7FFF_F000, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + form + note
            + Array("data".utf8) + little(length, 4) + samples
    }

    private func samples(_ type: String, _ pieces: [[UInt8]]) throws -> [UInt8] {
        var audio = SpeechAudio(mimeType: type)
        var samples: [UInt8] = []
        for piece in pieces { samples += try audio.add(piece) }
        return samples
    }

    @Test(
        "samples without a header go through as they are, whatever the case and the spaces of the type",
        arguments: [
            "audio/L16;codec=pcm;rate=24000", "audio/l16; rate=24000; channels=1", "audio/pcm", "AUDIO/L16;RATE=24000",
        ])
    func plain(type: String) throws {
        let tone = Self.tone(1000, rate: 24_000)
        #expect(try samples(type, [tone]) == tone)
    }

    @Test("pieces that end inside a sample are put together again", arguments: [1, 3, 7, 999])
    func oddPieces(length: Int) throws {
        let tone = Self.tone(1000, rate: 24_000)
        let pieces = stride(from: 0, to: tone.count, by: length).map { Array(tone[$0..<min($0 + length, tone.count)]) }
        var audio = SpeechAudio(mimeType: "audio/L16")
        var output: [UInt8] = []
        for piece in pieces {
            let new = try audio.add(piece)
            #expect(new.count % 2 == 0)
            output += new
        }
        #expect(output == tone)
    }

    @Test("WAV is told by its first bytes, and its header may be cut anywhere behind them")
    func wave() throws {
        let tone = Self.tone(400, rate: 24_000)
        let file = Self.wave(tone, rate: 24_000)
        for cut in stride(from: 12, to: file.count, by: 1) {
            #expect(try samples("audio/L16;rate=16000", [Array(file[..<cut]), Array(file[cut...])]) == tone, "\(cut)")
        }
    }

    @Test(
        "what follows the samples of a WAV is not played, unless their length was not known yet", arguments: [7, 4096])
    func chunksAfterData(pieces: Int) throws {
        let tone = Self.tone(400, rate: 24_000)
        let tail = Array("LIST".utf8) + [4, 0, 0, 0, 1, 2, 3, 4]
        for (length, heard) in [(tone.count, tone), (0, tone + tail), (0xFFFF_FFFF, tone + tail)] {
            let file = Self.wave(tone, rate: 24_000, length: length) + tail
            let cut = [Array(file.prefix(20))]
                + stride(from: 20, to: file.count, by: pieces).map { Array(file[$0..<min($0 + pieces, file.count)]) }
            #expect(try samples("audio/wav", cut) == heard, "\(length)")
        }
    }

    @Test(
        "other rates and two channels become one at 24 kHz",
        arguments: [(22_050, 1), (48_000, 2), (16_000, 1), (44_100, 2)])
    func converts(rate: Int, channels: Int) throws {
        let second = Self.tone(rate, rate: rate, channels: channels)
        let output = try samples("audio/wav", [Self.wave(second, rate: rate, channels: channels)])
        #expect(abs(output.count / 2 - 24_000) <= 2)
        // The same tone again, but for what interpolation rounds off.
        let expected = Self.tone(24_000, rate: 24_000)
        var worst = 0
        for index in stride(from: 0, to: min(output.count, expected.count) - 1, by: 2) {
            let a = Int16(truncatingIfNeeded: Int(output[index]) | Int(output[index + 1]) << 8)
            let b = Int16(truncatingIfNeeded: Int(expected[index]) | Int(expected[index + 1]) << 8)
            worst = max(worst, abs(Int(a) - Int(b)))
        }
        #expect(worst < 1000)
    }

    @Test("a rate in the type counts where there is no header")
    func rateInType() throws {
        let output = try samples("audio/L16; rate=16000", [Self.tone(16_000, rate: 16_000)])
        #expect(abs(output.count - 48_000) <= 4)
    }

    @Test("WAV of another kind is refused by what it is")
    func otherWave() {
        #expect(throws: SpeechAudioError.self) { try samples("audio/wav", [Self.wave([1, 2], rate: 24_000, bits: 8)]) }
        #expect(throws: SpeechAudioError.self) {
            try samples("audio/wav", [Self.wave([1, 2], rate: 24_000, format: 6)])
        }
        #expect(throws: SpeechAudioError.self) { try samples("audio/wav", [Self.wave([1, 2], rate: 1)]) }
    }

    @Test("there are thirty voices, found in any case; near ones are named")
    func voices() {
        #expect(GeminiVoices.all.count == 30 && Set(GeminiVoices.all).count == 30)
        #expect(GeminiVoices.named("charon") == "Charon")
        #expect(GeminiVoices.named("nobody") == nil)
        #expect(GeminiVoices.near("kroe").first == "Kore")
    }
}
