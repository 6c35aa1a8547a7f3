import Engine
import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Games
@testable import Vision

/// The model in front of the embedded game's own pictures, over a real socket.
@Suite(.timeLimit(.minutes(5)), .shared) struct EmbeddedModelSightTests {
    @Test("what the model answers about a picture of the game is what its pixels show")
    func seesTheGame() async throws {
        let game = EmbeddedGame(seed: 3, speed: .lockStep, clock: ManualClock())
        let settings = #"{"responseMimeType":"application/json"}"#
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            var reader = PixelReader()
            for key in [GameKey.w, .i, .tab, .a] {
                try await game.send(.press(key))
                try await game.pass(.seconds(1))
                try await game.send(.release(key))
                try await game.pass(.milliseconds(400))
                let frame = try await game.capture()
                let expected = reader.read(frame)
                let body = pictureOnly(base64(PNG.encode(frame)), settings: settings)
                try await client.send("POST", ModelPath.generate, body: body)
                let answer = try json(try json(try await client.response().body).answer ?? "")
                #expect(answer["scene"]?.string == expected.scene.rawValue)
                #expect(answer["health"]?.number == expected.health)
                #expect(answer["enemies"]?.int == expected.enemies)
            }
        }
        await game.close()
    }

    @Test("a picture scaled up is read as well")
    func scaled() async throws {
        let game = EmbeddedGame(seed: 3, speed: .lockStep, clock: ManualClock())
        let frame = try await game.capture()
        await game.close()
        var rgb: [UInt8] = []
        for y in 0..<frame.height * 2 {
            for x in 0..<frame.width * 2 {
                let start = (y / 2 * frame.width + x / 2) * 3
                rgb += frame.rgb[start..<start + 3]
            }
        }
        let large = PNG.encode(PNG.Image(width: frame.width * 2, height: frame.height * 2, rgb: rgb))
        let model = EmbeddedModel(seed: 1, clock: ManualClock())
        func answer(_ picture: [UInt8]) async throws -> JSONValue {
            let body = pictureOnly(base64(picture), settings: #"{"responseMimeType":"application/json"}"#)
            return try json(try await model.answer(try GenerateRequest(Array(body.utf8)), caller: "\(picture.count)"))
        }
        #expect(try await answer(large)["scene"] == answer(PNG.encode(frame))["scene"])
    }

    @Test("a conversation is forgotten after a minute of silence")
    func forgets() async throws {
        let clock = ManualClock()
        let model = EmbeddedModel(seed: 1, clock: clock)
        let request = try GenerateRequest(Array(pictureBody(system: "Perspective: spatial").utf8))
        let first = try await model.answer(request, caller: "a")
        let second = try await model.answer(request, caller: "a")
        #expect(first != second)
        let fresh = try await EmbeddedModel(seed: 1, clock: clock).answer(request, caller: "b")
        #expect(try await model.answer(request, caller: "b") == fresh)
        clock.advance(by: .seconds(61))
        #expect(try await model.answer(request, caller: "a") == first)
    }
}
