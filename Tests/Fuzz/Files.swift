@testable import Basics
@testable import Canvas
@testable import Dashboard
@testable import Engine
@testable import Record
@testable import Vision

/// What people and programs write into files.
enum Files {
    /// Checksums are put right first: no input would get past them otherwise.
    @Sendable static func png(_ bytes: [UInt8]) {
        guard let image = try? PNG.decode(repaired(bytes)) else { return }
        precondition(image.rgb.count == image.width * image.height * 3)
        guard image.width * image.height <= 4096 else { return }
        precondition((try? PNG.decode(PNG.encode(image))) == image, "it comes back changed")
    }

    private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        var offset = PNG.signature.count
        // The chunks of large pictures are let through as they are: filling them takes the time of thousands.
        if bytes.count >= offset + 16, PNG.number(in: bytes, at: offset + 8) > 256 { return bytes }
        if bytes.count >= offset + 16, PNG.number(in: bytes, at: offset + 12) > 256 { return bytes }
        while bytes.count - offset >= 12 {
            let length = PNG.number(in: bytes, at: offset)
            guard length <= bytes.count - offset - 12 else { return bytes }
            let end = offset + 8 + length
            let sum = PNG.cyclicRedundancy(bytes[(offset + 4)..<end])
            for index in 0..<4 { bytes[end + index] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * index)) }
            offset = end + 4
        }
        return bytes
    }

    @Sendable static func configuration(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        do { _ = try ConfigurationFile(path: "F", text: text) } catch { _ = error.description }
    }

    @Sendable static func prices(_ bytes: [UInt8]) {
        guard let table: PriceTable = try? JSON.decode(from: bytes) else { return }
        let price = table.price(of: "m", on: "2026-12-31")
        _ = price?.most(RequestSize(inputTokens: 1_000_000_000, outputTokens: 1_000_000_000))
        _ = price?.cost(TokenUsage(prompt: 1_000_000_000, candidates: 1_000_000_000, thoughts: 0))
    }

    @Sendable static func keys(_ bytes: [UInt8]) {
        do { _ = try KeyTable(json: String(decoding: bytes, as: UTF8.self)) } catch { _ = error.description }
    }

    @Sendable static func theme(_ bytes: [UInt8]) {
        do { _ = try ThemeFile.parse(String(decoding: bytes, as: UTF8.self), name: "T") } catch { _ = "\(error)" }
    }
}
