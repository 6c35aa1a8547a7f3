import Basics
import Connections

extension Snapshot {
    /// Folds one event in. Pure: the result depends on the events alone, never on a clock.
    package mutating func apply(_ event: EngineEvent) {
        revision += 1
        time = max(time, event.time)
        fillOccupancy(until: event.time)
        switch event.kind {
        case .started(let info):
            self.info = info
            dryRun = info.dryRun
        case .state(let new): enter(new, at: event.time)
        case .notice(let text): notices.append(Notice(time: event.time, text: text))
        case .speed(let factor): speed = factor
        case .dryRun(let on): dryRun = on
        case .beat(let loop, let latency, let interval):
            let wasResting = loops[loop]?.isResting == true
            loops[loop, default: LoopStatus()].beat(at: event.time, latency: latency, interval: interval)
            // What a pause found under way ends with a beat; the loop goes on resting until it is told otherwise.
            if wasResting, state == .paused { loops[loop]?.isResting = true }
        case .resting(let loop, let resting):
            loops[loop, default: LoopStatus()].rest(resting, at: event.time)
        case .loopFailed, .loopRestarted, .loopDead: applySupervision(event)
        case .perceived, .skipped, .decided, .acted, .verified, .lesson, .stuck, .intent, .quality,
            .learnerResumed:
            applyGameplay(event)
        case .interpretationStarted, .interpretationText, .interpretationEnded, .perspectives, .frameDropped,
            .endpointFailing, .endpointRecovered, .consulted, .planned, .spent, .spoken, .unspoken,
            .voice:
            applyModel(event)
        case .account(let report): applyAccount(report, at: event.time)
        case .occupancy(let new):
            occupancy = new
            if occupancyHistory.isEmpty {
                occupancySampledAt = event.time
                occupancyHistory.append(new.busy)
            } else {
                let last = occupancyHistory.count - 1
                occupancyHistory[last] = max(occupancyHistory[last], new.busy)
            }
            for lane in new.lanes { if let origin = lane.origin { laneHosts[lane.index] = origin } }
        case .journal(var status):
            // While there is trouble, that is why; without, only a disk that is too slow loses anything.
            let isSlow = status.trouble == nil && status.dropped > journal?.dropped ?? 0
            status.lostAt = isSlow ? event.time : journal?.lostAt
            journal = status
        case .armed, .closing, .closed, .audited, .ended:
            applyCleanup(event)
        }
    }

    private mutating func applySupervision(_ event: EngineEvent) {
        switch event.kind {
        case .loopFailed(let name, let message, let restart, let wait):
            loops[name, default: LoopStatus()].failures += 1
            loops[name]?.failure = LoopFailure(
                message: message, time: event.time, restart: restart, restartsAt: event.time + wait)
        case .loopRestarted(let name):
            loops[name, default: LoopStatus()].restarts += 1
            loops[name]?.failure = nil
            loops[name]?.rest(false, at: event.time)
        case .loopDead(let name, let message, let restarts):
            loops[name, default: LoopStatus()].failures += 1
            loops[name]?.failure = LoopFailure(message: message, time: event.time, restart: restarts, restartsAt: nil)
        default: break
        }
    }

    /// The pool tells what changes: in the periods that have passed since, as much was taken as it told last. They
    /// begin with any event, so that the graph does not stand still without traffic.
    private mutating func fillOccupancy(until now: Double) {
        let missed = (now - occupancySampledAt) / Self.occupancyPeriod
        guard !occupancyHistory.isEmpty, missed >= 1 else { return }
        // No more than there is room for, however long nothing happened.
        let count = min(missed.rounded(.down), Double(occupancyHistory.capacity))
        for _ in 0..<Int(count) { occupancyHistory.append(occupancy.busy) }
        let filled = occupancySampledAt + count * Self.occupancyPeriod
        occupancySampledAt = missed > count + 1 ? now : (filled * 1e4).rounded() / 1e4
    }

    private mutating func enter(_ new: SessionState, at now: Double) {
        if state == .paused, new != .paused { statistics.pausedTime += now - stateSince }
        if state != new { stateSince = now }
        state = new
    }

    private mutating func applyCleanup(_ event: EngineEvent) {
        switch event.kind {
        case .armed(let id, let name, let step):
            let index = resources.firstIndex { $0.step >= step } ?? resources.endIndex
            resources.insert(ResourceStatus(id: id, name: name, step: step, phase: .armed), at: index)
        case .closing(let id): setPhase(.closing(since: event.time), of: id)
        case .closed(let receipt): setPhase(.done(receipt), of: receipt.resource)
        case .audited(let audit): self.audit = audit
        case .ended(let reason):
            stopReason = reason
            enter(.ended, at: event.time)
        default: break
        }
    }

    private mutating func setPhase(_ phase: ResourceStatus.Phase, of id: ResourceID) {
        guard let index = resources.firstIndex(where: { $0.id == id }) else { return }
        resources[index].phase = phase
    }
}

extension LoopStatus {
    fileprivate mutating func beat(at time: Double, latency seconds: Double, interval: Double) {
        if beats == 0 { firstBeat = time } else if interval > 0, time - lastBeat > 2 * interval { late += 1 }
        history.add(seconds, at: time)
        beats += 1
        lastBeat = time.toMillis
        self.interval = interval
        latency.add(seconds)
        recentLatencies.append(seconds)
        recentBeats.append(time)
        self.seconds.add(seconds, at: time)
        tellPace(at: time)
        isResting = false
    }

    fileprivate mutating func rest(_ resting: Bool, at time: Double) {
        isResting = resting
        // A loop that wakes is given a fresh interval before it counts as late.
        if !resting { lastBeat = time.toMillis }
    }
}
