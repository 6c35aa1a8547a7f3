import Basics
import Glibc

/// What the learner knows, in a file of its own for each game: written as a whole, and read with distrust.
package struct LearnerCheckpoint: Sendable {
    /// Why a file gives no learner.
    enum Unusable: Error, Equatable, CustomStringConvertible {
        /// It is not what it should be.
        case damaged(String)
        case foreign(game: String)
        /// Written by a later version of the program.
        case newer(version: Int)
        /// It is there, and could not be read.
        case unreadable(String)

        /// Worth nothing to anybody: it is moved out of the way.
        var isBroken: Bool {
            switch self {
            case .damaged, .foreign: true
            case .newer, .unreadable: false
            }
        }

        var description: String {
            switch self {
            case .damaged(let why): "it is damaged (\(why))"
            case .foreign(let game): "it is of another game (\(game))"
            case .newer(let version): "a later version of the program wrote it (format \(version))"
            case .unreadable(let why): "it cannot be read (\(why))"
            }
        }
    }

    private struct Header: Codable {
        var format = Self.name
        var version = LearnerCheckpoint.version
        static let name = "singularis-learner"
    }
    private struct Body: Codable {
        var format = Header.name
        var version = LearnerCheckpoint.version
        var game: String
        var learner: Learner
    }

    /// Raised when the meaning of what is written changes.
    static let version = 1
    /// Twice of what ``Learner/statesKept`` states with every action take.
    static let largest = 8 << 20

    let game: String
    let path: String

    /// The file of a game of that kind in a folder.
    package init(game: String, folder: String) {
        self.game = game
        let words = game.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        path = folder + "/" + words.joined(separator: "-").prefix(100) + ".json"
    }

    /// The learner in the file; `nil` when there is no file.
    func read() throws(Unusable) -> Learner? {
        let bytes: [UInt8]
        do throws(WholeFile.Failure) {
            bytes = try WholeFile.read(path, limit: Self.largest)
        } catch {
            if error.isMissing { return nil }
            if error.code == EFBIG { throw .damaged("larger than \(Self.largest >> 20) MB") }
            throw .unreadable(String(cString: strerror(error.code)))
        }
        do {
            // The head first: of a later format no more than that may be as it is here.
            let head = try JSON.decode(Header.self, from: bytes)
            guard head.format == Header.name else { throw Unusable.damaged("no file of a learner") }
            guard head.version <= Self.version else { throw Unusable.newer(version: head.version) }
            let body = try JSON.decode(Body.self, from: bytes)
            guard body.game == game else { throw Unusable.foreign(game: body.game) }
            return body.learner
        } catch let error as Unusable {
            throw error
        } catch let error as DecodingError {
            throw .damaged(error.what)
        } catch {
            throw .damaged("\(error)")
        }
    }

    func write(_ learner: Learner) throws(WholeFile.Failure) {
        let bytes: [UInt8]
        do {
            bytes = try JSON.encode(Body(game: game, learner: learner))
        } catch {
            throw WholeFile.Failure(path, EINVAL)
        }
        try WholeFile.replace(path, with: bytes)
    }

    /// Moves the file out of the way.
    /// - Returns: The name it has then.
    func setAside(_ ending: String) throws(WholeFile.Failure) -> String {
        let aside = path + ending
        guard rename(path, aside) == 0 else { throw WholeFile.Failure(path) }
        return aside
    }
}

extension DecodingError {
    /// In a few words, without the text that was read.
    fileprivate var what: String {
        let context: Context
        switch self {
        case .dataCorrupted(let it), .keyNotFound(_, let it), .typeMismatch(_, let it), .valueNotFound(_, let it):
            context = it
        @unknown default: return "not understood"
        }
        let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        return (path.isEmpty ? "" : path + ": ") + String(context.debugDescription.prefix(120))
    }
}
