import Basics

extension Snapshot {
    /// Folds what interpreter, planner and voice report.
    mutating func applyModel(_ event: EngineEvent) {
        switch event.kind {
        case .interpretationStarted(let new):
            interpretations.append(new)
            statistics.interpretations += 1
        case .interpretationText(let id, let piece):
            updateInterpretation(id) {
                if $0.firstPieceAfter == nil { $0.firstPieceAfter = (event.time - $0.startedAt).toMillis }
                $0.text += piece
            }
        case .interpretationEnded(let done): end(done)
        case .perspectives(let new): perspectives = new
        case .frameDropped: statistics.interpreterFramesDropped += 1
        case .endpointFailing(let kind, let phase, let message):
            let before = troubles[kind]
            troubles[kind] = EndpointTrouble(
                phase: phase, message: message, since: before?.since ?? event.time,
                failures: (before?.failures ?? 0) + 1)
            newestTrouble = kind
        case .endpointRecovered(let kind): troubles[kind] = nil
        case .consulted(let new): consultation = new
        case .planned(let latency, let ok):
            statistics.plans += 1
            if !ok { statistics.planFailures += 1 }
            // How long an answer takes: a request that failed had none.
            if ok { statistics.planLatency.add(latency) }
        case .spent(let usage):
            statistics.usage.prompt.add(usage.prompt)
            statistics.usage.candidates.add(usage.candidates)
            statistics.usage.thoughts.add(usage.thoughts)
            statistics.usage.cached.add(usage.cached)
        case .spoken(let utterance):
            subtitle = Subtitle(utterance: utterance, time: event.time)
            statistics.spoken += 1
        case .unspoken(_, let why): statistics.unspoken[why, default: 0] += 1
        case .voice(let status):
            voice = status
            statistics.aloud = status.aloud
        default: break
        }
    }

    /// What fails of the model requests, all kinds together, in the words of the newest failure.
    package var endpointTrouble: EndpointTrouble? {
        guard var newest = newestTrouble.flatMap({ troubles[$0] }) ?? troubles.values.first else { return nil }
        newest.since = troubles.values.map(\.since).min() ?? newest.since
        newest.failures = troubles.values.map(\.failures).reduce(0, +)
        // Speech is another model's.
        let asked = statistics.requests.keys.filter { $0 != .speech }
        if !asked.allSatisfy({ troubles[$0] != nil }) {
            newest.kind = RequestKind.allCases.first { troubles[$0] != nil }
        }
        return newest
    }

    private mutating func end(_ done: Interpretation) {
        updateInterpretation(done.id) { $0 = done }
        switch done.end {
        case .finished: statistics.interpretationsFinished += 1
        case .truncated: statistics.interpretationsTruncated += 1
        case .failed: statistics.interpretationsFailed += 1
        case .cancelled: statistics.interpretationsCancelled += 1
        case nil: break
        }
        if let first = done.firstPieceAfter { statistics.firstPiece.add(first) }
        // How long a whole answer takes: one that broke off was not whole.
        if case .finished = done.end, let duration = done.duration { statistics.interpretationLatency.add(duration) }
    }

    private mutating func updateInterpretation(_ id: Int, _ change: (inout Interpretation) -> Void) {
        guard let index = interpretations.lastIndex(where: { $0.id == id }) else { return }
        change(&interpretations[index])
    }
}
