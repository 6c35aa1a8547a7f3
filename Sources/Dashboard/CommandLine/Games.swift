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
            Exit code: 0, also when something is missing; 1 if a profile cannot be read.

            A profile of your own is a JSON file that --profile plays; those of the games above are in the folder \
            games of the assets. Whatever is wrong with one is told with its line. It holds:

              title       its name here
              window      name and class of its window, regular expressions
              size        width and height in pixels that the window has
              picture     the same of what the agent sees of it
              rate        pictures a second, 1 to 60
              actions     what can be done, each with
                            keys    X11 names, and Button1 to Button5
                            look    dx and dy in pixels of the mouse
                            hold    ms that they are down; settle: ms after that
                            layers  the scenes in which it may be done
              launch      ways to start it, the first that is installed wins, each
                          with a command (every argument a text of its own), its
                          environment, and the package that brings it
              files       what else it needs, each with file and package
              patience    seconds within which its window must be there
              lookScale   pixels of the mouse for each of a look
              turnRate    degrees for a second of the turning key, or for a pixel;
                          "singularis check" measures it
              leastHold   ms of the shortest press that the game cannot miss
              controls    the game's own file of keys; see skyrim.json
              steering    only on Doom's engine: keys for who follows its pictures
              recogniser  a network beside the profile that says where enemies and
                          doors are
              prompt      what a model is told of the game
              planner     a text beside the profile that tells it how to plan
              intents     what a model may want there
              hud         where health, magicka, stamina, armour and ammunition are
                          shown, each in one of two ways:

                digits    a PNG beside the profile that shows 0 to 9 in a row, or
                          width, height and screenshots: how large a digit is, and
                          PNGs beside the profile from which all ten are learnt,
                          each with picture, shows (a number to be seen there),
                          right and top
                right     of its last digit, and top: of 320 x 200 units a screen
                count     digits at the most

                bar       x, y, width and height as shares of the picture
                colour    red, green and blue of what fills it
                empty     the same of its emptied part, if that has a colour
                leastFull the least of it that was ever a full bar, 0.05 to 1;
                          with empty all of it is
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
