/// Cuts a stream of raw pictures into pictures of so many bytes.
struct FrameAssembler {
    let size: Int
    private var picture: [UInt8]

    init(size: Int) {
        self.size = size
        picture = []
        picture.reserveCapacity(size)
    }

    /// Takes in a piece of the stream; calls `body` with each picture that it makes whole.
    mutating func append(_ piece: UnsafeRawBufferPointer, _ body: ([UInt8]) -> Void) {
        var rest = piece[...]
        while !rest.isEmpty {
            let part = rest.prefix(size - picture.count)
            picture.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
            guard picture.count == size else { return }
            body(picture)
            picture = []
            picture.reserveCapacity(size)
        }
    }
}
