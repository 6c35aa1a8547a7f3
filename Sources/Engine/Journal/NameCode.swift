import Record

/// Names of members as single bytes. Packed lines are short and full of names, and what packs them forgets: a line has
/// few bytes to tell them apart by again. Here each name that is in the list becomes a byte or two that no JSON has;
/// what is not in the list stays as it is.
enum NameCode {
    /// The commonest first. The place of a name is written into journals, and a reader that does not know a place reads
    /// nothing of the line: the list is part of the format. A name that is not in it is written out; to add one raises
    /// ``JournalHeader/newest``.
    static let names = """
        frame means beats lastBeat seconds gameTime pace text sum bytesReceived duration rate reason age
        phaseAge bytesSent prompt failed usage answered reading executed count candidates similarity since
        firstPieceAfter request time phase id verified cancelled sent p50 last frameAge closed opened requests
        p95 end modelVersion outcome fate confidence intent kind lifetime startedAt perspective stamina health
        verdict finished consulted magicka place origin unverifiable action interpretations loops learning
        perception reasoning occupancy lanes readingTime statistics peak origins interpretation plan blocked
        actions lines verdicts occupancyHistory noEffect scene interpreter firstPiece innBearing host port
        scheme night occupancySampledAt second history latency rumourBearing decision interval targetHealth
        answer planner qualitySeconds voice queued consultation priority subtitle utterance topic activate back
        moveForward openInventory openMap turnLeft turnRight wait enemyBearing toast moveLeft moveRight enemies
        quality value sprint attack block heuristic rule model powerAttack actLatency actionKinds
        executedBySource intents interpretationLatency interpretationsFinished interpreterFramesDropped learner
        averageReward experiences lessons perceiveLatency perceptions planLatency plans spoken unspoken replaced
        verdictsByKind belowThreshold heal jump reflex learned speaker source qualityCount qualityRun qualitySum
        span lastQuality index firstBeat states name armed step level gold potions journal bytes path
        menusOpened interrupted limit limitPerHost achievements resources laneHosts spending points why
        firstQuality advised consultations info account pricing free api endpoint game seed notices perspectives
        coverage kills peopleMet places state stateSince cycles decideLatency decisionsBySource reflexLatency
        skippedFrames abandoned actionErrors budget crouch deaths detection dropped dryRun explore failedByPhase
        failure failures hold interpretationsCancelled interpretationsFailed interpretationsTruncated isClosed
        late lateIntents lostAt message mode oldestWait operator pausedTime planFailures refused restarts
        resting silences sneaking speaking speed spend stopReason stuck talk thoughts trouble troubles whole
        repeats trying isStuck dialogue wilderness tactical spatial narrative strategic comprehensive truncated
        restartsAt retreat result
        """
        .split(whereSeparator: \.isWhitespace).map { Array($0.utf8) }

    /// Control characters, which JSON has only in escapes, stand for the first names.
    private static let short = 31
    /// A byte that no text has, and the place of the name behind those.
    private static let escape: UInt8 = 0xFF

    private static let codes: [ArraySlice<UInt8>: [UInt8]] = {
        precondition(names.count <= short + 256, "no place for another name")
        var codes: [ArraySlice<UInt8>: [UInt8]] = [:]
        for (place, name) in names.enumerated() {
            codes[name[...]] = place < short ? [UInt8(place + 1)] : [escape, UInt8(place - short)]
        }
        return codes
    }()

    private static let quote = UInt8(ascii: "\"")
    private static let colon = UInt8(ascii: ":")

    /// A JSON text without spaces, its names as bytes.
    static func shortened(_ json: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(json.count)
        var index = 0
        while index < json.count {
            guard json[index] == quote else {
                output.append(json[index])
                index += 1
                continue
            }
            var end = index + 1
            while end < json.count, json[end] != quote { end += json[end] == UInt8(ascii: "\\") ? 2 : 1 }
            end = min(end, json.count - 1)
            if end + 1 < json.count, json[end + 1] == colon, let code = codes[json[(index + 1)..<end]] {
                output += code
                index = end + 2
            } else {
                output += json[index...end]
                index = end + 1
            }
        }
        return output
    }

    /// The JSON text again.
    /// - Throws: ``FormatError`` when a byte stands for no name, or more than `limit` bytes come out.
    static func restored(_ bytes: [UInt8], limit: Int) throws -> [UInt8] {
        var json: [UInt8] = []
        json.reserveCapacity(min(limit, bytes.count * 2))
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard byte == escape || (1...UInt8(short)).contains(byte) else {
                json.append(byte)
                continue
            }
            var place = Int(byte) - 1
            if byte == escape {
                guard index < bytes.count else { throw FormatError("a name is missing") }
                place = short + Int(bytes[index])
                index += 1
            }
            guard names.indices.contains(place) else { throw FormatError("a name that is not known") }
            guard json.count < limit else { throw FormatError("a line beyond all reason") }
            json.append(quote)
            json += names[place]
            json += [quote, colon]
        }
        return json
    }
}
