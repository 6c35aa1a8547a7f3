import Vision

/// The formats that pictures come in, told by their first bytes: the announced type is often wrong.
enum PictureFormat {
    private static let beginnings: [(name: String, bytes: [UInt8])] = [
        ("JPEG", [0xFF, 0xD8, 0xFF]), ("GIF", Array("GIF8".utf8)), ("WebP or another RIFF file", Array("RIFF".utf8)),
        ("BMP", Array("BM".utf8)), ("TIFF", [0x49, 0x49, 0x2A, 0]), ("TIFF", [0x4D, 0x4D, 0, 0x2A]),
    ]

    /// Why a picture could not be read, for whoever sent it.
    static func complaint(_ picture: [UInt8], _ error: PNGError) -> String {
        if let format = beginnings.first(where: { picture.starts(with: $0.bytes) }) {
            return "it is \(format.name), and the embedded model reads PNG only"
        }
        return picture.isEmpty ? "it has no bytes" : "\(error)"
    }
}
