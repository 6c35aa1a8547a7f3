import ArgumentParser
import Basics
import Canvas
import Desktop
import Terminal

/// `singularis games`: what can be played, and what each game needs.
struct Games: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "games",
        abstract: "List the games that --game knows, what each needs, and whether it is there.",
        discussion: """
            A profile of your own is a file like those in the folder games of the assets; --profile plays it, and \
            tells what is wrong with it. Exit code: 0, also when something is missing; 1 if a profile cannot be read.
            """)

    @Flag(help: "Print JSON, for scripts.")
    var json = false

    /// A game as it is listed.
    struct Entry: Encodable {
        let name: String
        let title: String
        /// How it is started; empty where somebody else starts it.
        let launch: [[String]]
        let needs: [Requirement]
        /// The game's own file of keys that was read, and what came of it; empty where there is none.
        let controls: [String]
        let ready: Bool

        init(_ file: ProfileFile, _ environment: ChildEnvironment) {
            (name, title, launch) = (file.name, file.profile.title, file.profile.launch.map(\.command))
            needs = file.profile.requirements(in: environment, isOwn: !launch.isEmpty)
            ready = needs.allSatisfy(\.isThere)
            controls = file.following(environment.variables).own?.words(for: file.profile.actions) ?? []
        }

        /// What is only watched.
        init(video environment: ChildEnvironment) {
            (name, title, launch) = ("video", "a recording or a live picture, only watched", [])
            needs = VideoGame.requirements(in: environment)
            controls = []
            ready = needs.allSatisfy(\.isThere)
        }
    }
}

extension Games: LaunchedCommand {
    static func launch(_ arguments: [String], environment: [String: String]) throws -> Int32 {
        let command = try parsed(arguments)
        let assets = try Assets.find(environment: environment)
        var entries: [Entry] = []
        var broken: [ProfileFile.Failure] = []
        for name in ProfileFile.names(assets) {
            do throws(ProfileFile.Failure) {
                let file = try ProfileFile(named: name, assets: assets)
                entries.append(Entry(file, ChildEnvironment(environment)))
            } catch {
                broken.append(error)
            }
        }
        entries.append(Entry(video: ChildEnvironment(environment)))
        for failure in broken { Output.error("singularis: \(failure)") }
        if command.json {
            Output.write(try JSON.text(entries))
        } else {
            let isASCII = CursesTerminal.glyphs(environment).isASCII
            Output.write("embedded  a small first-person world of its own; needs nothing")
            for entry in entries { for line in entry.lines(isASCII: isASCII) { Output.write(line) } }
        }
        return broken.isEmpty ? 0 : 1
    }
}

extension Games.Entry {
    func lines(isASCII: Bool) -> [String] {
        let (there, missing) = isASCII ? ("+", "x") : ("✓", "✗")
        let how = name == "video" ? "--game video FILE, a URL, or /dev/videoN"
            : launch.isEmpty ? "in a window that is there (--window, --display)" : "on a display of its own"
        let head = "\(NumberFormat.padded(name, 9)) \(title), \(how)"
        let rest = needs.map { need in
            let remedy = need.isThere ? "" : need.package.map { ": apt-get install \($0)" } ?? ": not there"
            return "          \(need.isThere ? there : missing) \(need.name)\(remedy)"
        }
        return ([head] + rest + controls.map { "            \($0)" }).map { TextWidth.sanitized($0) }
    }
}
