extension Snapshot {
    /// Folds what interpreter, planner and voice report.
    mutating func applyModel(_ event: EngineEvent) {
        switch event.kind {
        case .interpretationStarted(let new):
            interpretations.append(new)
            statistics.interpretations += 1
        case .interpretationText(let id, let piece):
            updateInterpretation(id) {
                if $0.firstPieceAfter == nil { $0.firstPieceAfter = event.time - $0.startedAt }
                $0.text += piece
            }
        case .interpretationEnded(let done): end(done)
        case .perspectives(let new): perspectives = new
        case .frameDropped: statistics.interpreterFramesDropped += 1
        case .endpointFailing(let phase, let message):
            let since = endpointTrouble?.since ?? event.time
            endpointTrouble = EndpointTrouble(
                phase: phase, message: message, since: since, failures: (endpointTrouble?.failures ?? 0) + 1)
        case .endpointRecovered: endpointTrouble = nil
        case .consulted(let new): consultation = new
        case .planned(let latency, let ok):
            statistics.plans += 1
            if !ok { statistics.planFailures += 1 }
            // How long an answer takes: a request that failed had none.
            if ok { statistics.planLatency.add(latency) }
        case .spent(let usage):
            statistics.usage.prompt += usage.prompt
            statistics.usage.candidates += usage.candidates
            statistics.usage.thoughts += usage.thoughts
            statistics.usage.cached += usage.cached
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
