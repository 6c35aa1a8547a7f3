import Basics
import Connections
import Vision

// The names of what events tell, as a journal has them.

extension SessionInfo {
    package static let fields: [Field<Self>] = [
        Field("mode", \.mode), Field("game", \.game), Field("model", \.model), Field("endpoint", \.endpoint),
        Field("api", \.api), Field("seed", \.seedText), Field("dryRun", \.dryRun), Field("duration", \.duration),
        Field("limit", \.limit), Field("limitPerHost", \.limitPerHost), Field(in: "account", \.account),
        Field("metrics", \.metrics), Field("watched", \.isWatched),
    ]

    /// The seed as a text: programs that read JSON keep only 53 bits of a number.
    private var seedText: String {
        get { String(seed) }
        set { seed = UInt64(newValue) ?? seed }
    }
}

extension AccountInfo {
    package static let fields: [Field<Self>] = [
        Field("pricing", \.pricing), Field("budget", \.budget), Field("perMinute", \.perMinute),
        Field("perDay", \.perDay),
    ]
}

extension TokenUsage {
    package static let fields: [Field<Self>] = [
        Field("prompt", \.prompt), Field("candidates", \.candidates), Field("thoughts", \.thoughts),
        Field("cached", \.cached),
    ]
}

extension LearnerSummary {
    package static let fields: [Field<Self>] = [
        Field("experiences", \.experiences), Field("states", \.states), Field("averageReward", \.averageReward),
        Field("advised", \.advised), Field("uplift", \.uplift),
    ]
}

extension QualityReport {
    package static let fields: [Field<Self>] = [
        Field("value", \.value), Field("coverage", \.coverage), Field("places", \.places),
        Field("peopleMet", \.peopleMet),
        Field("kills", \.kills), Field("deaths", \.deaths), Field("level", \.level),
        Field("achievements", \.achievements),
    ]
}

extension VoiceStatus {
    package static let fields: [Field<Self>] = [
        Field("mode", \.mode), Field("why", \.why), Field("voice", \.voice), Field("player", \.player),
        Field("speaking", \.isSpeaking), Field("queued", \.queued), Field("trouble", \.trouble),
        Field("aloud", \.aloud),
        Field("played", \.played), Field("restarts", \.restarts), Field("underruns", \.underruns),
    ]
}

extension Audit {
    package static let fields: [Field<Self>] = [
        Field("socketsAtStart", \.socketsAtStart), Field("socketsAtEnd", \.socketsAtEnd),
        Field("childrenAtStart", \.childrenAtStart), Field("childrenAtEnd", \.childrenAtEnd),
    ]
}

extension Reading: Recorded {
    /// All but the thumbnail, which only the stages compare.
    package static let fields: [Field<Self>] = [
        Field("frame", \.frame), Field("gameTime", \.gameTime), Field("scene", \.scene),
        Field("confidence", \.confidence),
        Field("health", \.health), Field("magicka", \.magicka), Field("stamina", \.stamina),
        Field("armour", \.armour), Field("ammunition", \.ammunition), Field("enemies", \.enemies),
        Field("enemyBearing", \.enemyBearing), Field("targetHealth", \.targetHealth), Field("prompt", \.prompt),
        Field("speaker", \.speaker), Field("sneaking", \.sneaking), Field("detection", \.detection),
        Field("rumourBearing", \.rumourBearing), Field("innBearing", \.innBearing), Field("toast", \.toast),
        Field("place", \.place), Field("night", \.isNight), Field("blocked", \.blocked),
        Field("similarity", \.similarity),
        Field("potions", \.potions), Field("gold", \.gold), Field("level", \.level),
    ]
}

extension Occupancy: Recorded {
    /// Of lanes, too, only what changed is written.
    private var numberedLanes: Ring<Lane> {
        // Beyond any limit of a pool: no lane pushes another out.
        get { Ring(capacity: 1 << 16, numberedFrom: 0, lanes) }
        set { lanes = Array(newValue) }
    }

    package static let fields: [Field<Self>] = [
        Field(in: "lanes", \.numberedLanes), Field("limit", \.limit), Field("limitPerHost", \.limitPerHost),
        Field("queued", \.queued),
        Field("oldestWait", \.oldestWait), Field("opened", \.opened), Field("closed", \.closed),
        Field("requests", \.requests), Field("answered", \.answered), Field("failed", \.failed),
        Field("abandoned", \.abandoned), Field("failedByPhase", \.failedByPhase), Field("peak", \.peak),
        Field("origins", \.origins), Field("bytesSent", \.bytesSent), Field("bytesReceived", \.bytesReceived),
        Field("isClosed", \.isClosed),
    ]
}

extension Occupancy.Lane: Recorded {
    package init() { self.init(index: 0) }

    private var number: Int {
        get { index }
        set {
            var lane = Self(index: newValue)
            (lane.phase, lane.origin, lane.request) = (phase, origin, request)
            (lane.age, lane.phaseAge, lane.bytesSent, lane.bytesReceived) = (age, phaseAge, bytesSent, bytesReceived)
            self = lane
        }
    }

    package static let fields: [Field<Self>] = [
        Field("index", \.number), Field("phase", \.phase), Field("origin", \.origin), Field("request", \.request),
        Field("age", \.age),
        Field("phaseAge", \.phaseAge), Field("bytesSent", \.bytesSent), Field("bytesReceived", \.bytesReceived),
    ]
}
