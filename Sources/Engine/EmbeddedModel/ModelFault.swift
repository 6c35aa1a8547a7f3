import Basics

/// A way in which the embedded model misbehaves when it is told to, so that whoever asks it can be watched while
/// things go wrong.
package enum ModelFault: String, Sendable, CaseIterable {
    /// Refuses as a service whose quota for the minute is used up, and says when to come back.
    case rateLimited = "429"
    /// Refuses with an internal error.
    case internalError = "500"
    /// Takes the request and never answers, until the client goes away.
    case hang
    /// Resets the connection (TCP RST) in place of an answer.
    case reset
    /// Closes the connection in the middle of the answer.
    case truncate
    /// Answers with bytes that are no HTTP, or with a success whose body is no JSON.
    case garbage
    /// Answers right, but drop by drop.
    case slow
}

/// How often each fault happens: its share of all requests.
package struct FaultShares: Sendable, Equatable {
    package static let none = FaultShares(shares: [])
    package static let known = ModelFault.allCases.map(\.rawValue)

    private struct Share: Sendable, Equatable {
        let fault: ModelFault
        let share: Double
    }
    private let shares: [Share]

    private init(shares: [Share]) { self.shares = shares }

    /// Reads `NAME=SHARE,...`, such as `429=0.1,hang=0.05`. Every share is 0...1, and so is their sum.
    package init(_ text: String) throws(FaultSharesError) {
        var shares: [Share] = []
        for entry in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard sides.count == 2, !sides[0].isEmpty else { throw .shape(String(entry)) }
            guard let fault = ModelFault(rawValue: sides[0]) else { throw .unknown(sides[0]) }
            guard let share = Double(sides[1]), share.isFinite else { throw .notANumber(sides[0], sides[1]) }
            guard (0...1).contains(share) else { throw .outOfRange(sides[0], sides[1]) }
            guard !shares.contains(where: { $0.fault == fault }) else { throw .twice(sides[0]) }
            shares.append(Share(fault: fault, share: share))
        }
        let sum = shares.reduce(0) { $0 + $1.share }
        // Shares such as 0.1 are not exact in binary; ten of them are still no more than 1.
        guard sum <= 1 + 1e-9 else { throw .sum(sum) }
        self.shares = shares
    }

    package var isEmpty: Bool { shares.allSatisfy { $0.share == 0 } }

    /// The fault of a request for which `point`, 0..<1, was drawn; `nil` where it is answered as it should be.
    package func fault(at point: Double) -> ModelFault? {
        var end = 0.0
        for entry in shares {
            end += entry.share
            if point < end { return entry.fault }
        }
        return nil
    }
}

/// Why a list of faults cannot be used: what is wrong, and what would be right.
package enum FaultSharesError: Error, Equatable, CustomStringConvertible {
    case shape(String)
    case unknown(String)
    case notANumber(String, String)
    case outOfRange(String, String)
    case twice(String)
    case sum(Double)

    package var description: String {
        switch self {
        case .shape(let entry): "\"\(entry)\" is not NAME=SHARE, such as hang=0.05"
        case .unknown(let name):
            "there is no fault \"\(name)\"\(suggestion(name)); known are \(FaultShares.known.joined(separator: ", "))"
        case .notANumber(let name, let value): "the share of \(name), \"\(value)\", is not a number"
        case .outOfRange(let name, let value): "the share of \(name), \(value), is not between 0 and 1"
        case .twice(let name): "\(name) is named twice"
        case .sum(let sum): "the shares add up to \((sum * 1000).rounded() / 1000); they may not exceed 1"
        }
    }

    private func suggestion(_ name: String) -> String {
        NearMatches.of(name, in: FaultShares.known, count: 1).first.map { " (did you mean \($0)?)" } ?? ""
    }
}
