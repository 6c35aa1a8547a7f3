import FoundationEssentials
import Glibc

/// Where a video comes from, and how ffmpeg is told of it: never as an option, never as a line for a shell, and never
/// so that what it holds may open anything of another kind.
package struct VideoSource: Sendable, Equatable {
    package enum Kind: Sendable, Equatable { case file, camera, network }

    /// The URLs that are read.
    static let schemes = ["http", "https", "rtsp", "rtsps", "rtmp", "rtmps", "rtp", "srt", "tcp", "udp"]

    package let kind: Kind
    /// What ffmpeg is given behind `-i`: a file's path stands behind `file:`, so that it may begin with a dash or
    /// contain a colon.
    let input: String
    /// What it is called on screens, in journals and in messages. Of a URL neither user, password, query nor fragment,
    /// where keys are.
    package let shown: String

    /// Takes a file, a URL or a camera, as a person names it. Opens nothing.
    /// - Throws: ``VideoError/scheme(_:)``.
    package init(_ text: String) throws(VideoError) {
        let scheme = text.firstRange(of: "://").map { text[..<$0.lowerBound].lowercased() } ?? ""
        if scheme == "file" {
            kind = .file
            input = "file:" + text.dropFirst("file://".count)
            shown = String(text.dropFirst("file://".count))
        } else if !scheme.isEmpty, scheme.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) {
            guard Self.schemes.contains(scheme) else { throw .scheme(scheme) }
            (kind, input, shown) = (.network, text, Self.withoutSecrets(text))
        } else if text.hasPrefix("/dev/video") {
            (kind, input, shown) = (.camera, text, text)
        } else {
            (kind, input, shown) = (.file, "file:" + text, text)
        }
    }

    /// The arguments that open it, for ffmpeg and ffprobe alike.
    package var arguments: [String] {
        let about = switch kind {
        // A list of parts, as a playlist, may name files beside it, and nothing in the network.
        case .file: ["-protocol_whitelist", "file,crypto"]
        case .camera: ["-f", "v4l2"]
        // What a server sends may name other addresses, and no file of this machine.
        case .network:
            ["-protocol_whitelist", "http,https,httpproxy,tcp,tls,crypto,udp,rtp,srtp,rtsp,rtmp,rtmps,ffrtmphttp,srt"]
        }
        return about + ["-i", input]
    }

    /// A short name: that of the file, or where the URL leads.
    package var name: String {
        kind == .file ? shown.split(separator: "/").last.map(String.init) ?? shown : shown
    }

    /// Looks whether a file is there and may be read, which costs nothing.
    /// - Throws: ``VideoError/file(_:why:)``.
    func checkFile() throws(VideoError) {
        guard kind != .network else { return }
        var facts = stat()
        guard stat(shown, &facts) == 0, access(shown, R_OK) == 0 else {
            throw .file(shown, why: String(cString: strerror(errno)))
        }
        if facts.st_mode & S_IFMT == S_IFDIR { throw .file(shown, why: "it is a folder") }
    }

    /// What a program said of it, without its own name in front, and without what is secret in a URL.
    func words(_ complaint: String) -> String {
        var rest = complaint[...]
        for start in [input + ": ", shown + ": "] where rest.hasPrefix(start) { rest = rest.dropFirst(start.count) }
        return rest.split(separator: " ").map { word in
            word.contains("://") ? Self.withoutSecrets(String(word)) : String(word)
        }.joined(separator: " ")
    }

    private static func withoutSecrets(_ url: String) -> String {
        guard let start = url.firstRange(of: "://")?.upperBound else { return url }
        let rest = url[start...].prefix { $0 != "?" && $0 != "#" }
        let host = rest.prefix { $0 != "/" }
        let open = host.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        return String(url[..<start] + open + rest[host.endIndex...])
    }
}
