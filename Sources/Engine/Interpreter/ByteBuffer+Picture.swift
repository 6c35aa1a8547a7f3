import Basics
import FoundationEssentials
import NIOCore

extension ByteBuffer {
    /// A request body: the request as JSON, with the picture's base64 behind `mark`, with which a string of the request
    /// begins and ends. A picture is most of a body, and the encoder, which looks at each character, would take ten
    /// times as long for it.
    init(json request: some Encodable, picture: EncodedPicture?, behind mark: String) throws {
        let json = try JSON.encode(request)
        // Inside a JSON string every quote has a backslash, so that this can stand nowhere else.
        guard let picture, let found = json.firstRange(of: Array((mark + "\"").utf8)) else {
            self.init(bytes: json)
            return
        }
        let gap = found.upperBound - 1
        let base64 = Data(picture.bytes).base64EncodedData()
        self.init()
        reserveCapacity(json.count + base64.count)
        writeBytes(json[..<gap])
        writeBytes(base64)
        writeBytes(json[gap...])
    }
}
