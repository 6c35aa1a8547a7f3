import FoundationEssentials
import TestSupport
import Testing

@testable import Basics
@testable import Games
@testable import Vision

@Suite("PNG: foreign pictures", .serialized, .alone)
struct PNGForeignPicturesTests {
    /// Writes PNGs of every kind, filter and compression, each beside its pixels as RGB.
    private static let script = """
        import sys, zlib, struct, random, os
        folder = sys.argv[1]; random.seed(5)
        def chunk(t, d): return struct.pack('>I', len(d)) + t + d + struct.pack('>I', zlib.crc32(t + d))
        def paeth(a, b, c):
            p = a + b - c; pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
            return a if pa <= pb and pa <= pc else b if pb <= pc else c
        def filtered(rows, step, kinds):
            out = b''; last = bytes(len(rows[0]))
            for y, row in enumerate(rows):
                kind = kinds[y % len(kinds)]; line = bytearray()
                for x, v in enumerate(row):
                    a = row[x - step] if x >= step else 0; b = last[x]; c = last[x - step] if x >= step else 0
                    line.append((v - [0, a, b, (a + b) // 2, paeth(a, b, c)][kind]) & 255)
                out += bytes([kind]) + bytes(line); last = row
            return out
        def bits(values, depth):
            out = bytearray(); group = count = 0
            for v in values:
                group = group << depth | v; count += depth
                if count == 8: out.append(group); group = count = 0
            if count: out.append(group << (8 - count))
            return bytes(out)
        W, H = 61, 37
        def value(x, y, c): return random.randrange(256) if (x + y) % 5 == 0 else (x * 3 + y * 5 + c * 70) & 255
        palette = bytes(random.randrange(256) for _ in range(768))
        over = lambda v, a: (v * a + 127) // 255
        for name, colour, depth, channels in [('grey', 0, 8, 1), ('grey1', 0, 1, 1), ('grey2', 0, 2, 1),
                ('grey4', 0, 4, 1), ('rgb', 2, 8, 3), ('palette', 3, 8, 1), ('palette1', 3, 1, 1),
                ('palette4', 3, 4, 1), ('greyalpha', 4, 8, 2), ('rgba', 6, 8, 4)]:
            cells = [[[value(x, y, c) >> (8 - depth) for c in range(channels)] for x in range(W)] for y in range(H)]
            rows = [bits([v for cell in row for v in cell], depth) for row in cells]
            rgb = bytearray()
            for row in cells:
                for cell in row:
                    if colour == 3: rgb += palette[cell[0] * 3:cell[0] * 3 + 3]
                    elif colour == 2: rgb += bytes(cell)
                    elif colour == 6: rgb += bytes(over(v, cell[3]) for v in cell[:3])
                    elif colour == 4: rgb += bytes([over(cell[0], cell[1])] * 3)
                    else: rgb += bytes([cell[0] * 255 // ((1 << depth) - 1)] * 3)
            for label, kinds, level, strategy in [('none', [0], 9, 0), ('sub', [1], 6, 0), ('up', [2], 1, 0),
                    ('average', [3], 6, 0), ('paeth', [4], 9, 0), ('all', [4, 2, 0, 3, 1], 6, 0),
                    ('fixed', [1], 6, zlib.Z_FIXED), ('huffman', [0], 6, zlib.Z_HUFFMAN_ONLY), ('stored', [4], 0, 0)]:
                z = zlib.compressobj(level, zlib.DEFLATED, 15, 8, strategy)
                data = z.compress(filtered(rows, max(1, channels * depth // 8), kinds)) + z.flush()
                b = b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', W, H, depth, colour, 0, 0, 0))
                b += chunk(b'tEXt', b'Software\\0test')
                if colour == 3: b += chunk(b'PLTE', palette[:3 << depth])
                for i in range(0, len(data), 700): b += chunk(b'IDAT', data[i:i + 700])
                b += chunk(b'IEND', b'')
                open(os.path.join(folder, name + '-' + label + '.png'), 'wb').write(b)
                open(os.path.join(folder, name + '-' + label + '.rgb'), 'wb').write(bytes(rgb))
        bomb = zlib.compress(bytes(50_000_000), 9)
        b = b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 160, 96, 8, 2, 0, 0, 0))
        open(os.path.join(folder, 'bomb'), 'wb').write(b + chunk(b'IDAT', bomb) + chunk(b'IEND', b''))
        """

    @Test("pictures that Python's zlib compressed are read pixel for pixel, a bomb is refused")
    func foreignPictures() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pngs-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        guard let status = await PNGForeignDecoderTests.run(["python3", "-c", Self.script, folder.path]) else {
            print("python3 was not found: compressed pictures of a foreign program were not read")
            return
        }
        #expect(status == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".png") }
        #expect(names.count == 90)
        for name in names {
            let bytes = Array(try Data(contentsOf: folder.appending(path: name)))
            let pixels = Array(try Data(contentsOf: folder.appending(path: name.dropLast(4) + ".rgb")))
            let picture = try PNG.decode(bytes)
            #expect((picture.width, picture.height) == (61, 37), "\(name)")
            #expect(picture.rgb == pixels, "\(name)")
        }
        let bomb = Array(try Data(contentsOf: folder.appending(path: "bomb")))
        #expect(bomb.count < 100_000)
        #expect(throws: PNGError.malformed("more picture data than pixels")) { try PNG.decode(bomb) }
    }
}
