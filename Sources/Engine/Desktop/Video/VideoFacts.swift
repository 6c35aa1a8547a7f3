import Basics

/// What is known of a video before it is watched.
package struct VideoFacts: Sendable, Equatable {
    /// Pixels of the pictures that are taken of it.
    var width = 640
    var height = 360
    /// How long it is, in seconds; `nil` for one that is live.
    var length: Double?
    /// It comes faster than life, or in bursts, unless it is held back: a file, a recording on a server.
    var isHeldBack = false

    /// The largest pictures that are taken: more than that nobody here reads.
    private static let largest = (width: 640.0, height: 480.0)

    /// Asks ffprobe, which opens it for a moment.
    /// - Throws: ``VideoError``, or ``DesktopError`` when there is no ffmpeg.
    package static func of(_ source: VideoSource, environment: [String: String]) async throws -> VideoFacts {
        try source.checkFile()
        let patience = Duration.seconds(12)
        let command = ["ffprobe", "-v", "error", "-select_streams", "V:0"]
            + ["-show_entries", "stream=width,height:format=duration,format_name", "-of", "json"] + source.arguments
        let answer = try await Self.asked(command, ChildEnvironment(environment), within: patience, source)
        guard answer.isGood, let found = try? JSON.decode(Found.self, from: answer.output.utf8) else {
            // Its last words are the reason; those before say what it had found until then.
            let why = answer.complaints.last.map { source.words($0) } ?? "ffprobe does not say why"
            throw source.kind == .file ? VideoError.broken(source.shown, why: why) : .refused(source.shown, why: why)
        }
        guard let stream = found.streams.first else { throw VideoError.noPictures(source.shown) }
        return VideoFacts(stream, found.format, of: source.kind)
    }

    private static func asked(
        _ command: [String], _ environment: ChildEnvironment, within patience: Duration, _ source: VideoSource
    ) async throws -> ShortRun.Answer {
        do {
            return try await ShortRun.run(command, environment, limit: patience)
        } catch DesktopError.late {
            throw VideoError.late(source.shown, patience)
        }
    }

    init() {}

    private init(_ stream: Found.Stream, _ format: Found.Format, of kind: VideoSource.Kind) {
        if let width = stream.width.map(Double.init), let height = stream.height.map(Double.init), width > 0, height > 0
        {
            let share = min(1, Self.largest.width / width, Self.largest.height / height)
            (self.width, self.height) = (max(16, Int(width * share)), max(16, Int(height * share)))
        }
        length = format.duration.flatMap(Double.init).flatMap { $0 > 0 && kind != .camera ? $0 : nil }
        isHeldBack = kind == .file || length != nil || format.format_name == "hls"
    }

    private struct Found: Decodable {
        struct Stream: Decodable {
            let width: Int?
            let height: Int?
        }
        struct Format: Decodable {
            let duration: String?
            let format_name: String?
        }
        let streams: [Stream]
        let format: Format
    }
}
