import Engine
import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Vision

@Suite(.shared) struct FaultSharesTests {
    @Test("shares are laid end to end, and what is left is answered as it should be")
    func shares() throws {
        let shares = try FaultShares("429=0.25,hang=0.25,500=0")
        #expect(shares.fault(at: 0) == .rateLimited)
        #expect(shares.fault(at: 0.2499) == .rateLimited)
        #expect(shares.fault(at: 0.25) == .hang)
        #expect(shares.fault(at: 0.5) == nil)
        #expect(shares.fault(at: 0.999) == nil)
        #expect(!shares.isEmpty)
        #expect(FaultShares.none.isEmpty)
        #expect(try FaultShares("slow=0").isEmpty)
    }

    @Test("shares of exactly one are taken, although tenths are not exact")
    func wholeSum() throws {
        let text = "429=0.1,500=0.2,hang=0.1,reset=0.1,truncate=0.2,garbage=0.1,slow=0.2"
        #expect(try FaultShares(text).fault(at: 0.95) == .slow)
    }

    @Test(
        "what is wrong is said, with what would be right",
        arguments: [
            ("hnag=0.1", "did you mean hang?"), ("404=0.1", "known are 429"), ("hang=often", "not a number"),
            ("hang=nan", "not a number"), ("hang=-0.1", "between 0 and 1"), ("hang=1.5", "between 0 and 1"),
            ("hang=0.6,reset=0.6", "add up to 1.2"), ("hang=0.1,hang=0.1", "twice"), ("hang", "NAME=SHARE"),
            ("", "NAME=SHARE"), ("hang=0.1,", "NAME=SHARE"),
        ])
    func errors(text: String, words: String) {
        #expect { try FaultShares(text) } throws: { "\($0)".contains(words) }
    }

    @Test("what is near to no fault is not said to be meant for one", arguments: ["foo", "xyz", "a", "4"])
    func noSuggestion(name: String) {
        #expect { try FaultShares("\(name)=0.1") } throws: { !"\($0)".contains("did you mean") }
    }

    @Test("near names are found by few letters' difference or by their beginning, nothing by something else")
    func nearMatches() {
        let names = ["Kore", "Charon", "Callirrhoe", "Puck"]
        #expect(NearMatches.of("kroe", in: names) == ["Kore"])
        #expect(NearMatches.of("calli", in: names).first == "Callirrhoe")
        #expect(NearMatches.of("xyzzy", in: names) == [])
        #expect(NearMatches.of("", in: names) == [])
    }
}
