import Basics
import FoundationEssentials
import Vision

extension ProfileFile {
    /// Screenshots are larger than what else is beside a profile.
    private static let screenshotLimit = 16 << 20
    private static let recogniserLimit = 4 << 20

    /// What reads the vitals, with the pictures that it needs.
    package func hud() throws(Failure) -> HUDReader {
        var fields: [HUDReader.Vital: HUDReader.Field] = [:]
        // Most vitals of a game are drawn with the same digits: their pictures are read once.
        var readers: [(digits: HUDDigits, reader: DigitReader)] = []
        for (name, entry) in profile.hud {
            guard let vital = HUDReader.Vital(rawValue: name) else { continue }
            switch entry {
            case .bar(let field): fields[vital] = .bar(BarReader(field))
            case .digits(let digits, let field):
                if !readers.contains(where: { $0.digits == digits }) {
                    readers.append((digits, try reader(of: digits, name)))
                }
                fields[vital] = readers.first { $0.digits == digits }.map { .digits($0.reader, field) }
            }
        }
        return HUDReader(fields)
    }

    private func reader(of digits: HUDDigits, _ vital: String) throws(Failure) -> DigitReader {
        let place: [Place] = ["hud", Place(vital), "digits"]
        switch digits {
        case .picture(let name):
            guard let reader = DigitReader(try image(name, limit: Self.limit, at: place)) else {
                throw failure(place, "\(name) does not show ten digits of one width")
            }
            return reader
        case .learnt(let width, let height, let screenshots):
            var examples: [DigitReader.Example] = []
            var images: [String: PNG.Image] = [:]
            for (index, shot) in screenshots.enumerated() {
                let place = place + ["screenshots", Place(index), "picture"]
                let image: PNG.Image
                if let read = images[shot.picture] {
                    image = read
                } else {
                    image = try self.image(shot.picture, limit: Self.screenshotLimit, at: place)
                    images[shot.picture] = image
                }
                examples.append(DigitReader.Example(image, shows: shot.shows, right: shot.right, top: shot.top))
            }
            do {
                return try DigitReader(width: width, height: height, learntFrom: examples)
            } catch {
                guard let index = error.example else { throw failure(place + ["screenshots"], "\(error)") }
                throw failure(place + ["screenshots", Place(index), "shows"], "\(screenshots[index].picture): \(error)")
            }
        }
    }

    /// The picture of that name beside the profile.
    private func image(_ name: String, limit: Int, at place: [Place]) throws(Failure) -> PNG.Image {
        do {
            return try PNG.decode(try WholeFile.read(beside(name), limit: limit))
        } catch let error as WholeFile.Failure where error.isMissing {
            let folder = beside(".")
            let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
                .filter { $0.hasSuffix(".png") }
            let near = NearMatches.of(name, in: names, count: 1).first
            throw failure(
                place, "there is no \(name) beside the profile" + (near.map { "; did you mean \($0)?" } ?? ""))
        } catch {
            throw failure(place, "\(name): \(error)")
        }
    }

    /// What recognises things in the game's pictures, where the profile names it.
    package func recogniser() throws(Failure) -> Recogniser? {
        guard let name = profile.recogniser else { return nil }
        do {
            let text = String(decoding: try WholeFile.read(beside(name), limit: Self.recogniserLimit), as: UTF8.self)
            return try Recogniser(StrictJSON.decode(ConvolutionalNet.self, text))
        } catch {
            throw failure(["recogniser"], "\(name): \(error)")
        }
    }

    private func failure(_ place: [Place], _ why: String) -> Failure {
        let line = StrictJSON.line(of: place, in: (try? JSONMembers.read(text)) ?? [])
        let names = place.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined().dropFirst()
        return Failure("\(path), line \(line): \(names): \(why)")
    }
}

/// A step on the way to something in a profile.
private struct Place: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    let intValue: Int?

    init(_ name: String) { (stringValue, intValue) = (name, nil) }
    init(_ index: Int) { (stringValue, intValue) = ("\(index)", index) }
    init(stringLiteral name: String) { self.init(name) }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { self.init(intValue) }
}
