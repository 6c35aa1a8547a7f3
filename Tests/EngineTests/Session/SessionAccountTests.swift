import FoundationEssentials
import NIOPosix
import Testing

@testable import Basics
@testable import Connections
@testable import EmbeddedModel
@testable import Engine
@testable import Games
@testable import Record
@testable import Vision

/// Whole sessions over real sockets: game, interpreter, planner, pool, cleanup. Each counts what the process has open.
@Suite("The account of a whole session", .timeLimit(.minutes(5)), .serialized, .alone)
struct SessionAccountTests {
    private static let price = Price(input: 750, output: 3750)

    /// Runs a session until `enough` matching events were posted, then stops it as a key does.
    private func session(
        _ settings: Settings, enough count: Int, _ match: @escaping @Sendable (EngineEvent.Kind) -> Bool
    ) async throws -> EventLog {
        let hub = EventHub()
        let log = EventLog(hub)
        let assets = try Assets.find(environment: [:], executable: CommandLine.arguments[0])
        let session = Session(settings: settings, assets: assets, hub: hub)
        async let run: Void = session.run()
        await log.wait(count, match)
        session.send(.stop(.key))
        try await run
        return log
    }

    private func settings(_ url: String) -> Settings {
        var settings = Settings()
        settings.endpoint = .remote(url)
        settings.frameRate = 10
        settings.speed = .realtime(8)
        settings.perspectives = [.tactical, .spatial]
        settings.account.price = Self.price
        return settings
    }

    /// An embedded model that answers at once, unless changed, and the settings to ask it.
    private func embedded(
        _ change: (inout EmbeddedModelConfiguration) throws -> Void = { _ in }
    ) async throws -> (EmbeddedModelServer, Settings) {
        var configuration = EmbeddedModelConfiguration()
        configuration.timeToFirstPiece = .milliseconds(5)
        configuration.timeToWholeAnswer = .milliseconds(5)
        configuration.piecesPerSecond = 400
        try change(&configuration)
        let server = try await EmbeddedModelServer.start(
            group: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
        var settings = settings(server.baseURL)
        settings.model = EmbeddedModelConfiguration.defaultModel
        return (server, settings)
    }

    /// Sent = answered + failed + cancelled for every kind, each event counted once, and spend is the sum of usages.
    private func check(_ log: EventLog) throws {
        var snapshot = Snapshot()
        var usages: [TokenUsage] = []
        var sent: [RequestKind: Int] = [:]
        var ended: [RequestKind: Int] = [:]
        for event in log.events {
            snapshot.apply(event)
            switch event.kind {
            case .spent(let usage): usages.append(usage)
            case .account(.sent(let kind)): sent[kind, default: 0] += 1
            case .account(.ended(let kind, _, _, _)): ended[kind, default: 0] += 1
            default: break
            }
        }
        let s = snapshot.statistics
        for (kind, counts) in s.requests {
            #expect(counts.sent == counts.answered + counts.failedTotal + counts.cancelled, "\(kind) \(counts)")
            #expect(counts.sent == sent[kind] && counts.ended == ended[kind])
        }
        #expect(s.allRequests.underWay == 0)
        #expect((s.requests[.interpretation]?.sent ?? 0) == s.interpretations)
        #expect(s.spend.total == usages.map(Self.price.cost).reduce(.zero, +))
        #expect(s.usage.total == usages.map(\.total).reduce(0, +))
        #expect(snapshot.audit?.isClean == true)
    }

    @Test("every request is accounted for, and spend is the sum of the usages")
    func accounted() async throws {
        let (server, settings) = try await embedded()
        let log = try await session(settings, enough: 8, \.isEnded)
        try check(log)
        let snapshot = log.snapshot
        #expect(snapshot.statistics.spend.total > .zero)
        #expect((snapshot.statistics.requests[.interpretation]?.answered ?? 0) > 0)
        #expect((snapshot.statistics.requests[.plan]?.sent ?? 0) > 0)
        #expect(snapshot.info.api == "gemini")
        await server.close()
    }

    @Test("so it is while the model misbehaves in every way at once")
    func faults() async throws {
        let (server, usual) = try await embedded {
            $0.faults = try FaultShares("429=0.1,hang=0.1,reset=0.1,truncate=0.1,garbage=0.1,slow=0.1,500=0.1")
        }
        var settings = usual
        settings.pool.totalTimeout = .milliseconds(500)
        // The waits after failures are not what this is about.
        settings.account.policy.initial = .milliseconds(1)
        settings.account.policy.maximum = .milliseconds(5)
        settings.account.policy.hopeless = .milliseconds(5)
        settings.account.policy.longestWish = .milliseconds(5)
        settings.account.policy.firstRest = .milliseconds(5)
        settings.account.policy.longestRest = .milliseconds(5)
        let log = try await session(settings, enough: 30, \.isEnded)
        try check(log)
        let statistics = log.snapshot.statistics
        let reasons = statistics.allRequests.failed
        #expect(reasons.count >= 3 && statistics.allRequests.answered > 0, "\(reasons)")
        #expect(statistics.spend.total > .zero)
        let pool = log.snapshot.occupancy
        #expect(pool.opened == pool.closed && pool.opened > 0)
        await server.close()
    }

    @Test("with the model switched off nothing is asked, no socket is opened, and the agent plays on")
    func switchedOff() async throws {
        var settings = settings("")
        settings.endpoint = .none
        let log = try await session(settings, enough: 10) { if case .acted = $0 { true } else { false } }
        try check(log)
        let snapshot = log.snapshot
        #expect(snapshot.statistics.requests.isEmpty && snapshot.occupancy.opened == 0)
        #expect(snapshot.hold(at: 0)?.reason == .switchedOff)
    }

    @Test("with models that take text only nothing is asked, it is said which, and the agent plays on")
    func textOnly() async throws {
        var behaviour = LocalModelServer.Behaviour()
        behaviour.isBlind = true
        let server = try await LocalModelServer.start(behaviour)
        let log = try await session(settings(server.baseURL), enough: 10) {
            if case .acted = $0 { true } else { false }
        }
        try check(log)
        let snapshot = log.snapshot
        #expect(snapshot.statistics.requests.isEmpty && snapshot.info.model == "qwen3-vl-30b")
        #expect(snapshot.hold(at: 0)?.reason == .textOnly(model: "qwen3-vl-30b"))
        #expect(snapshot.notices.contains { $0.text.contains("qwen3-vl-30b takes text only") })
        await server.stop()
    }

    @Test("what the end of a session cuts off is accounted for as cancelled")
    func cutOff() async throws {
        let (server, settings) = try await embedded {
            $0.timeToWholeAnswer = .seconds(600)
            $0.piecesPerSecond = 0.01
        }
        let log = try await session(settings, enough: 2) { $0.piece != nil }
        try check(log)
        let statistics = log.snapshot.statistics
        #expect(statistics.requests[.interpretation]?.cancelled == 2)
        #expect(statistics.allRequests.answered == 0 && statistics.spend.unreported > .zero)
        await server.close()
    }

    @Test("so it is with a local server that fails in the middle of its answers, and names no model by itself")
    func failing() async throws {
        var behaviour = LocalModelServer.Behaviour()
        behaviour.breaksOff = #"{"message":"out of memory","type":"server_error"}"#
        let server = try await LocalModelServer.start(behaviour)
        let log = try await session(settings(server.baseURL), enough: 2, \.isFailing)
        try check(log)
        let snapshot = log.snapshot
        #expect(snapshot.info.model == "qwen3-vl-30b" && snapshot.info.api == "openai")
        #expect((snapshot.statistics.requests[.interpretation]?.failed[.interrupted] ?? 0) > 0)
        // What broke off may have cost more than was told.
        #expect(snapshot.statistics.spend.unreported > .zero)
        await server.stop()
    }

    @Test("at the cap all asking stops, and the last request alone went over it")
    func budget() async throws {
        let server = try await LocalModelServer.start()
        var settings = settings(server.baseURL)
        settings.account.budget = Money(nanodollars: 2_500_000)
        let reached = try await session(settings, enough: 1) { kind in
            if case .account(.held(let hold?)) = kind, hold.reason.isFinal { true } else { false }
        }
        try check(reached)
        var spent = Money.zero
        var sentAfter = 0
        for event in reached.events {
            if case .account(.sent) = event.kind, spent >= Money(nanodollars: 2_500_000) { sentAfter += 1 }
            if case .account(.ended(_, _, let cost, _)) = event.kind { spent += cost ?? .zero }
        }
        let one = Self.price.cost(TokenUsage(prompt: 310, candidates: 10, thoughts: 15, cached: 200))
        #expect(spent >= Money(nanodollars: 2_500_000) && spent - one < Money(nanodollars: 2_500_000))
        #expect(sentAfter == 0)
        await server.stop()
    }

    @Test("a server that nobody can ask for its models is said to need --model")
    func noModel() async throws {
        var settings = settings("http://127.0.0.1:9/v1")
        settings.pool.connectTimeout = .seconds(2)
        let log = try await session(settings, enough: 1) { if case .ended = $0 { true } else { false } }
        guard case .error(let why)? = log.snapshot.stopReason else {
            Issue.record("ended by \(String(describing: log.snapshot.stopReason))")
            return
        }
        #expect(why.contains("Name one with --model"))
        #expect(log.snapshot.audit?.isClean == true)
    }

    @Test("the key of a session is in no event, whatever the server says", arguments: ["", "/v1"])
    func key(path: String) async throws {
        let key = "AIzaSyTheSecretOfThisSession"
        // Repeats all it is sent, in its errors and in half a stream.
        let peer = try await Peer.start(script: { request, connection in
            let head = request.head.split(separator: "\r\n").joined(separator: " ")
            let body =
                #"{"error":{"code":400,"message":"bad: \#(head.replacing("\"", with: "'"))","status":"\#(key)"}}"#
            let reply =
                request.connection % 2 == 0
                ? (400, "application/json", body) : (200, "text/event-stream", "data: \(body)\n\n")
            connection.send("HTTP/1.1 \(reply.0) X\r\nContent-Type: \(reply.1)\r\n")
            connection.send("Content-Length: \(reply.2.utf8.count)\r\n\r\n\(reply.2)")
        })
        var settings = settings(peer.url + path)
        settings.model = "m"
        settings.apiKey = Secret(key)
        let log = try await session(settings, enough: 3, \.isFailing)
        let encoder = JSONEncoder()
        var bytes = 0
        for event in log.events {
            let json = String(decoding: try encoder.encode(event), as: UTF8.self)
            bytes += json.utf8.count
            #expect(!json.contains(key) && !json.contains("TheSecret"))
            #expect(!"\(event)".contains("TheSecret"))
        }
        #expect(bytes > 5000)
        // It was really sent, in its header.
        #expect(peer.counts.requests.count >= 3)
        await peer.stop()
    }
}

extension EventLog {
    /// All events folded.
    var snapshot: Snapshot { events.reduce(into: Snapshot()) { $0.apply($1) } }
}
