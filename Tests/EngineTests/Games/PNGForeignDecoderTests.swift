import Dispatch
import FoundationEssentials
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

@testable import Basics
@testable import Games
@testable import Vision

@Suite("PNG: a foreign decoder", .serialized, .alone)
struct PNGForeignDecoderTests {
    /// Inflates with the real zlib and prints size, CRC-32 of the pixels and whether all chunk sums are right.
    private static let script = """
        import sys, zlib, struct
        b = open(sys.argv[1], 'rb').read(); o = 8; data = b''; good = b[:8] == b'\\x89PNG\\r\\n\\x1a\\n'
        while o < len(b):
            n, = struct.unpack('>I', b[o:o+4]); t = b[o+4:o+8]; d = b[o+8:o+8+n]
            good = good and zlib.crc32(t + d) == struct.unpack('>I', b[o+8+n:o+12+n])[0]
            if t == b'IHDR': w, h = struct.unpack('>II', d[:8])
            if t == b'IDAT': data += d
            o += 12 + n
        raw = zlib.decompress(data); s = w * 3 + 1
        pixels = b''.join(raw[y*s+1:(y+1)*s] for y in range(h))
        filters = set(raw[y*s] for y in range(h)) == {0}
        open(sys.argv[2], 'w').write('%d %d %d %s' % (w, h, zlib.crc32(pixels), good and filters and o == len(b)))
        """

    @Test("Python's zlib reads the same pixels out of a frame")
    func pythonAgrees() async throws {
        let frame = World(seed: 6).frame()
        let folder = FileManager.default.temporaryDirectory.appending(path: "png-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (picture, answer) = (folder.appending(path: "frame.png"), folder.appending(path: "answer"))
        try Data(PNG.encode(frame)).write(to: picture)
        guard let status = await Self.run(["python3", "-c", Self.script, picture.path, answer.path]) else {
            print("python3 was not found: only the independent parser has checked the PNG encoder")
            return
        }
        #expect(status == 0)
        let text = String(decoding: try Data(contentsOf: answer), as: UTF8.self)
        #expect(text == "160 96 \(IndependentPNG.crc(frame.rgb)) True")
    }

    /// Exit status of a program, `nil` if it does not exist.
    static func run(_ command: [String]) async -> Int32? {
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var child: pid_t = 0
        guard posix_spawnp(&child, command[0], nil, nil, arguments, environ) == 0 else { return nil }
        let process = child
        return await withCheckedContinuation { continuation in
            // Off the cooperative threads, which must never block.
            DispatchQueue.global().async {
                var status: Int32 = 0
                while waitpid(process, &status, 0) < 0, errno == EINTR {}
                continuation.resume(returning: status)
            }
        }
    }
}
