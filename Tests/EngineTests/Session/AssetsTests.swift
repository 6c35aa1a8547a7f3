import FoundationEssentials
import Testing

@testable import Basics
@testable import Engine
@testable import Vision

@Suite(.shared) struct AssetsTests {
    @Test("a folder named by the environment that is not there is an error that names it")
    func missingFolder() {
        #expect {
            try Assets.find(environment: ["SINGULARIS_ASSETS": "/nonexistent/assets"])
        } throws: { error in
            "\(error)".contains("/nonexistent/assets") && "\(error)".contains("SINGULARIS_ASSETS")
        }
    }

    @Test("a missing file is an error that names the file")
    func missingFile() throws {
        let assets = Assets(root: "/nonexistent")
        #expect(throws: AssetError.missing("/nonexistent/prompts/none.txt")) { try assets.text("prompts/none.txt") }
    }

    @Test("every perspective has a prompt of its own")
    func prompts() throws {
        let assets = try Assets.find(environment: [:])
        let prompts = try Perspective.allCases.map { try assets.text("prompts/\($0.rawValue).txt") }
        #expect(Set(prompts).count == Perspective.allCases.count)
    }
}
