/// Why a video cannot be watched, and what to do about it.
package enum VideoError: Error, Equatable, CustomStringConvertible {
    /// A URL that is not read; carries its scheme.
    case scheme(String)
    /// The file cannot be opened.
    case file(String, why: String)
    /// It was opened, and has no moving pictures.
    case noPictures(String)
    /// The file is none that ffmpeg can read.
    case broken(String, why: String)
    /// The server or the camera does not give it.
    case refused(String, why: String)
    /// Nothing came in time.
    case late(String, Duration)

    package var description: String {
        switch self {
        case .scheme(let scheme):
            "\(scheme):// is not watched; name a file, a camera such as /dev/video0, or a URL that begins with "
                + VideoSource.schemes.map { "\($0)://" }.joined(separator: ", ")
        case .file(let path, let why):
            "\(path) cannot be opened: \(why); name a video file, a URL, or a camera such as /dev/video0"
        case .noPictures(let source): "\(source) has no video in it, only other things: name one that has"
        case .broken(let path, let why):
            "\(path) is no video that ffmpeg can read (\(why)); see that it is whole: ffprobe tells more of it"
        case .refused(let source, let why):
            "\(source) cannot be watched (\(why)); see that it is there, and that others can play it: ffplay tries that"
        case .late(let source, let time):
            "\(source) gave no picture within \(time.components.seconds) s; see that it is there and sends something"
        }
    }
}
