/// When a loop that failed is started again, and when no more.
struct RestartPolicy: Sendable {
    /// The wait before each restart in a row; after as many the loop is given up.
    var backoffs: [Duration] = [.milliseconds(500), .seconds(2), .seconds(8)]
    /// A run that was well for so long makes up for all failures before it.
    var healthy = Duration.seconds(60)
    /// How long a loop that was told to end has for that.
    var grace = Duration.seconds(1)
    /// Whoever watches and wakes later than this was not running meanwhile (stopped, suspended, starved), and nor were
    /// those it watches: their silence says nothing.
    var oversleep = Duration.milliseconds(500)

    /// How long a loop may be silent whose beats are `interval` apart at the most: long enough that a machine which is
    /// busy with something else is no reason to interrupt what still works.
    static func limit(interval: Duration) -> Duration { max(.seconds(10), interval * 10) }
}
