import Basics
import Vision

/// The embedded model: looks at a picture of the embedded game and says what it sees.
///
/// All it knows comes from the pixels of the pictures it was sent. Like somebody who watches, it remembers the last
/// picture of each conversation, so that it can tell what has changed; a conversation is recognised by who calls and
/// by the instructions that come with the picture, and forgotten after a minute of silence.
package actor EmbeddedModel {
    private let seed: UInt64
    private let clock: any EngineClock
    private var conversations: [UInt64: Conversation] = [:]
    private var responses: SeededGenerator

    private static let patience: Duration = .seconds(60)
    private static let conversationLimit = 32
    private typealias Pixels = PixelReader.Pixels

    package init(seed: UInt64, clock: any EngineClock) {
        self.seed = seed
        self.clock = clock
        responses = SeededGenerator(seed: seed)
    }

    /// The text of the answer. Throws when the picture cannot be decoded.
    package func answer(_ request: GenerateRequest, caller: String) throws(APIError) -> String {
        let perspective = Perspective(system: request.system, prompts: request.prompts)
        guard let bytes = request.picture else {
            return Self.reply(request, without: "I can only describe pictures of the embedded game, and this request "
                + "holds none. Send one as inlineData: a PNG of \(Pixels.width) by \(Pixels.height) pixels.")
        }
        let picture: PNG.Image
        do { picture = try PNG.decode(bytes) } catch { throw .unreadablePicture(PictureFormat.complaint(bytes, error)) }
        guard Self.mayBeOfTheGame(picture) else {
            return Self.reply(request, without: "This picture is \(picture.width) by \(picture.height) pixels. I can "
                + "only read pictures of the embedded game, which are \(Pixels.width) by \(Pixels.height).")
        }
        let identity = fingerprint([caller, perspective.rawValue] + request.system)
        var conversation = recall(identity)
        let observation = conversation.look(at: picture, now: clock.now)
        let prose = Commentary(observation).text(perspective, wording: &conversation.wording)
        remember(conversation, as: identity)
        switch request.output {
        case .prose, .speech: return prose
        case .json(let schema):
            return StructuredAnswer(observation: observation, commentary: prose).json(for: schema)
        }
    }

    /// A new name for an answer.
    func nextResponseID() -> String {
        let id = String(responses.next(), radix: 36)
        return "embedded-" + String(repeating: "0", count: 13 - id.count) + id
    }

    /// Whether the picture has the shape of the game's pictures; the reader scales larger ones down.
    private static func mayBeOfTheGame(_ picture: PNG.Image) -> Bool {
        picture.width >= Pixels.width && picture.width * Pixels.height == picture.height * Pixels.width
    }

    private static func reply(_ request: GenerateRequest, without reason: String) -> String {
        switch request.output {
        case .prose, .speech: reason
        case .json(let schema): StructuredAnswer(nothingReadBecause: reason).json(for: schema)
        }
    }

    private func recall(_ identity: UInt64) -> Conversation {
        guard let known = conversations[identity], known.lastLook + Self.patience > clock.now else {
            return Conversation(seed: seed ^ identity, now: clock.now)
        }
        return known
    }

    private func remember(_ conversation: Conversation, as identity: UInt64) {
        conversations[identity] = conversation
        guard conversations.count > Self.conversationLimit else { return }
        if let oldest = conversations.min(by: { $0.value.lastLook < $1.value.lastLook }) {
            conversations[oldest.key] = nil
        }
    }
}

/// What is remembered between two pictures of one conversation.
private struct Conversation {
    var wording: Wording
    private(set) var lastLook: ContinuousClock.Instant
    private var reader = PixelReader()
    private var before: Reading?
    private var belongings = Belongings()
    private var looks: UInt64 = 0

    init(seed: UInt64, now: ContinuousClock.Instant) {
        wording = Wording(seed: seed)
        lastLook = now
    }

    mutating func look(at picture: PNG.Image, now: ContinuousClock.Instant) -> Observation {
        looks += 1
        lastLook = now
        let frame = Frame(
            width: picture.width, height: picture.height, rgb: picture.rgb, sequence: looks, capturedAt: now)
        let reading = reader.read(frame)
        belongings.update(from: reading)
        defer { before = reading }
        return Observation(now: reading, before: before, belongings: belongings)
    }
}

/// FNV-1a over the texts: the same in every run, unlike the standard library's hash.
private func fingerprint(_ texts: [String]) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for text in texts {
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ 0xFF) &* 0x100_0000_01b3
    }
    return hash
}
