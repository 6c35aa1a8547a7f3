import ArgumentParser
import Engine

/// The flags that say what the learner begins with.
struct LearnerOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: """
            Begin with a learner that knows nothing. Without this it goes on from what earlier sessions of the same \
            game learnt, in $XDG_STATE_HOME/singularis/learner; what is there is kept aside.
            """)
    var fresh = false

    func apply(to settings: inout Settings, environment: [String: String]) {
        settings.learner.isFresh = fresh
        settings.learner.folder = LearnerSettings.folder(environment: environment)
        if settings.learner.folder == nil {
            settings.learner.why = "neither XDG_STATE_HOME nor HOME names a folder by its whole path"
        }
    }
}
