import Synchronization
import Testing

@testable import Basics
@testable import Connections
@testable import Engine
@testable import Vision

/// An interpreter over a scripted client and a clock that the test drives.
struct InterpreterBench {
    let clock = ManualClock()
    let hub: EventHub
    let log: EventLog
    let sessions: SessionFactory
    let interpreter: StreamingInterpreter
    let account: ModelAccount
    static let key = "AIza-the-secret"

    init(
        _ perspectives: [Perspective] = [.tactical], frameRate: Double = 0.5, settings: AccountSettings = .init(),
        _ answer: @escaping @Sendable (HTTPRequest, Int) throws -> ScriptedAnswer
    ) {
        hub = EventHub(clock: clock)
        log = EventLog(hub)
        sessions = SessionFactory(answer)
        account = ModelAccount(hub: hub, settings: settings)
        interpreter = StreamingInterpreter(
            Self.configuration(perspectives, frameRate: frameRate), endpoint: Self.endpoint,
            http: LazyHTTPClient { [sessions] in sessions.make() }, hub: hub, account: account, encode: Self.encode)
    }

    static let endpoint = GeminiEndpoint(baseURL: "http://model.test", key: Secret(key))
    /// Sends the sequence number for a picture, so that a request tells which frame it is about.
    static let encode: PictureEncoder = { EncodedPicture(bytes: [UInt8($0.sequence)]) }

    static func configuration(_ perspectives: [Perspective], frameRate: Double) -> StreamingInterpreter.Configuration {
        var configuration = StreamingInterpreter.Configuration()
        configuration.perspectives = perspectives
        configuration.frameRate = frameRate
        configuration.prompts = Prompts(
            perspectives: Dictionary(uniqueKeysWithValues: Perspective.allCases.map { ($0, "look \($0)") }),
            planner: "")
        return configuration
    }

    func frame(_ sequence: UInt64) -> Frame { .one(sequence, at: clock.now) }

    /// The frames that were asked about, in order.
    var asked: [UInt8] {
        get throws { try sessions.requests.map { try #require(SentBody($0).picture?.first) } }
    }
}

extension Frame {
    static func one(_ sequence: UInt64, at instant: ContinuousClock.Instant, gameTime: Duration = .zero) -> Frame {
        Frame(width: 1, height: 1, rgb: [1, 2, 3], sequence: sequence, capturedAt: instant, gameTime: gameTime)
    }
}

/// Makes scripted sessions and keeps them. Request numbers go on from session to session.
final class SessionFactory: Sendable {
    private let answer: @Sendable (HTTPRequest, Int) throws -> ScriptedAnswer
    private let state = Mutex<[ScriptedHTTPClient]>([])
    private let served = Mutex(0)

    init(_ answer: @escaping @Sendable (HTTPRequest, Int) throws -> ScriptedAnswer) { self.answer = answer }

    func make() -> any HTTPClient {
        let client = ScriptedHTTPClient { [self] request, _ in
            let number = served.withLock { served in
                defer { served += 1 }
                return served
            }
            return try answer(request, number)
        }
        state.withLock { $0.append(client) }
        return client
    }

    var made: [ScriptedHTTPClient] { state.withLock { $0 } }
    var requests: [HTTPRequest] { made.flatMap(\.requests) }
}
