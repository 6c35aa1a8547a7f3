/// What the mixer hands to a player: signed 16-bit little-endian samples, one channel.
package enum SpeechFormat {
    package static let rate = 24_000
    package static let bytesPerSecond = rate * 2

    package static func duration(ofBytes count: Int) -> Duration {
        .nanoseconds(count * 1_000_000_000 / bytesPerSecond)
    }
}

/// Turns the audio of a speech answer, as it arrives, into samples for the mixer. Pure.
///
/// Services send headerless samples (`audio/L16;codec=pcm;rate=24000`) or WAV, and disagree on what they announce: the
/// first bytes decide. A piece may end inside a sample; other rates and several channels are converted.
package struct SpeechAudio: Sendable {
    private enum State {
        case fresh
        /// A WAV header that is not complete yet.
        case header([UInt8])
        case samples
    }
    private var state = State.fresh
    /// Bytes of WAV samples that are still to come; `nil`: all that comes. Other chunks may follow, which are no sound.
    private var left: Int?
    private var rate: Int
    private var channels = 1
    /// Bytes of a sample (of all channels) that is not complete yet.
    private var carry: [UInt8] = []
    private var last: Int?
    /// Where between `last` and the next sample the next output lies, in units of the output rate.
    private var phase = 0

    private static let longestHeader = 64 * 1024
    private static let wave = Array("WAVE".utf8)

    /// `mimeType` is what was announced.
    package init(mimeType: String) { rate = Self.rate(in: mimeType) ?? SpeechFormat.rate }

    /// Takes the next piece and gives the samples it completes.
    package mutating func add(_ bytes: [UInt8]) throws(SpeechAudioError) -> [UInt8] {
        switch state {
        case .fresh:
            let isWave = bytes.starts(with: Array("RIFF".utf8)) && bytes.dropFirst(8).starts(with: Self.wave)
            state = isWave ? .header([]) : .samples
            return try add(bytes)
        case .header(let before):
            let all = before + bytes
            guard let start = try readHeader(all) else {
                guard all.count <= Self.longestHeader else { throw SpeechAudioError(what: "a WAV header without data") }
                state = .header(all)
                return []
            }
            state = .samples
            return convert(take(all[start...]))
        case .samples: return convert(take(bytes[...]))
        }
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard let left else { return Array(bytes) }
        self.left = left - min(left, bytes.count)
        return Array(bytes.prefix(left))
    }

    /// `rate=` of a type such as `audio/L16; rate=24000; channels=1`.
    private static func rate(in type: String) -> Int? {
        let fields = type.lowercased().filter { !$0.isWhitespace }.split(separator: ";")
        for field in fields where field.hasPrefix("rate=") {
            return Int(field.dropFirst(5)).flatMap { (4000...192_000).contains($0) ? $0 : nil }
        }
        return nil
    }

    /// Reads `fmt ` and gives where the samples begin; `nil` when that has not arrived.
    private mutating func readHeader(_ bytes: [UInt8]) throws(SpeechAudioError) -> Int? {
        func number(_ at: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
        }
        var offset = 12
        while bytes.count >= offset + 8 {
            let name = bytes[offset..<offset + 4]
            let length = number(offset + 4, 4)
            if name.elementsEqual("data".utf8) {
                // Who writes while it speaks does not know the length yet.
                left = length == 0 || length == 0xFFFF_FFFF ? nil : length
                return offset + 8
            }
            guard bytes.count >= offset + 8 + length else { return nil }
            if name.elementsEqual("fmt ".utf8) {
                guard length >= 16 else { throw SpeechAudioError(what: "a WAV header that is too short") }
                let (format, bits) = (number(offset + 8, 2), number(offset + 22, 2))
                channels = number(offset + 10, 2)
                rate = number(offset + 12, 4)
                guard format == 1 || format == 0xFFFE, bits == 16, (1...8).contains(channels),
                    (4000...192_000).contains(rate)
                else {
                    throw SpeechAudioError(
                        what: "WAV of format \(format), \(bits) bits, \(channels) channels, \(rate) Hz")
                }
            }
            offset += 8 + length + length % 2
        }
        return nil
    }

    private mutating func convert(_ bytes: [UInt8]) -> [UInt8] {
        let all = carry + bytes
        let frame = 2 * channels
        let whole = all.count / frame * frame
        carry = Array(all[whole...])
        if rate == SpeechFormat.rate, channels == 1 { return Array(all[..<whole]) }
        var output: [UInt8] = []
        output.reserveCapacity(whole / frame * 2 * SpeechFormat.rate / rate + 4)
        for start in stride(from: 0, to: whole, by: frame) {
            var sum = 0
            for channel in 0..<channels {
                let at = start + 2 * channel
                sum += Int(Int16(truncatingIfNeeded: Int(all[at]) | Int(all[at + 1]) << 8))
            }
            resample(sum / channels, into: &output)
        }
        return output
    }

    /// Linear interpolation: plenty for speech.
    private mutating func resample(_ sample: Int, into output: inout [UInt8]) {
        guard let before = last else {
            last = sample
            return
        }
        while phase < SpeechFormat.rate {
            let value = before + (sample - before) * phase / SpeechFormat.rate
            output.append(UInt8(truncatingIfNeeded: value))
            output.append(UInt8(truncatingIfNeeded: value >> 8))
            phase += rate
        }
        phase -= SpeechFormat.rate
        last = sample
    }
}

/// Audio that is not what a player can be given.
package struct SpeechAudioError: Error, Equatable {
    /// What it is instead.
    package let what: String
}
