import Record
import Terminal

/// What a key does on the running screen.
enum KeyAction: Hashable, Sendable {
    case stop, pause, step, takeOver, panic, dryRun, nextPerspective, mute, faster, slower
    case focus(PanelID)
    case focusNext, focusPrevious, zoom, open, back
    case scroll(Scroll)
    /// To the panel before and after; in a decision, to the one before and after.
    case previous, next
    case away, follow, freeze, filter, nextMatch, previousMatch, copy
    case help, theme, mouse, save, redraw, suspend
    case replay(ReplayCommand)
}

extension Key: ExpressibleByUnicodeScalarLiteral {
    package init(unicodeScalarLiteral value: Unicode.Scalar) { self = .character(value) }
}

/// Which way to scroll, and how far.
enum Scroll: Hashable, Sendable { case lineUp, lineDown, halfUp, halfDown, pageUp, pageDown, top, bottom }

/// One line of the key table.
struct Binding: Sendable {
    enum Group: String, Sendable, CaseIterable {
        case replay = "Replay"
        case agent = "Agent"
        case view = "View"
        case program = "Program"
    }

    let keys: [Key]
    let action: KeyAction
    let group: Group
    /// One sentence for the help.
    let help: String
    /// One word for the footer; `nil` keeps it out.
    let footer: String?
    /// How the keys are named together; the name of the first one when `nil`.
    let label: String?

    init(
        _ keys: [Key], _ action: KeyAction, _ group: Group, _ help: String, footer: String? = nil, label: String? = nil
    ) {
        (self.keys, self.action, self.group) = (keys, action, group)
        (self.help, self.footer, self.label) = (help, footer, label)
    }

    var name: String { label ?? keys.first?.name ?? "" }
}

/// The one table of keys. Dispatch, footer and help are made from it, so they cannot disagree.
enum KeyMap {
    static let bindings: [Binding] =
        [
            Binding(
                ["q", .control("c")], .stop, .agent,
                "Stop and close everything in order. Again: do not wait. A third time: leave now. "
                    + "Where something is open (an overlay, a filter), q closes that instead.", footer: "stop"),
            Binding([" ", "p"], .pause, .agent, "Pause the agent, or resume.", footer: "pause"),
            Binding(["."], .step, .agent, "Let one decision through, then pause.", footer: "step"),
            Binding(
                ["t"], .takeOver, .agent,
                "Play yourself: keys go to the game until you press Esc twice.", footer: "take over"),
            Binding(
                ["!"], .panic, .agent, "Release every game key and hold all input; space resumes.", footer: "panic"),
            Binding(
                ["d"], .dryRun, .agent,
                "Dry-run: decide and take the same time, but press no key. Leaving it asks again."),
            Binding(["i"], .nextPerspective, .agent, "Move the interpreter on to its next mode.", footer: "mode"),
            Binding(["v"], .mute, .agent, "Silence the voice at once, or let it speak again."),
            Binding(["+", "="], .faster, .agent, "Run the game twice as fast.", label: "+"),
            Binding(["-"], .slower, .agent, "Run the game half as fast."),
            Binding(
                [.tab], .focusNext, .view, "Focus the next panel, behind the last one the header.", footer: "focus"),
            Binding([.backTab], .focusPrevious, .view, "Focus the previous panel."),
        ]
        + PanelID.allCases.map { panel in
            let digit = Unicode.Scalar(UInt8(ascii: "0") + UInt8(panel.digit))
            return Binding([.character(digit)], .focus(panel), .view, "Focus \(panel.title); again to zoom it.")
        }
        + [
            Binding(["z"], .zoom, .view, "Show the focused panel alone, or all of them again.", footer: "zoom"),
            Binding(
                [.enter], .open, .view,
                "Open the chosen decision; zoom any other panel. In the header: what happened while you were away."),
            Binding(
                [.escape], .back, .view,
                "Close what is open, drop the filter, leave the zoom, follow the newest again."),
            Binding(
                ["/"], .filter, .view,
                "Show only the lines that contain what you type; in an overlay, look for it.", footer: "filter"),
            Binding(["n"], .nextMatch, .view, "Go on to the next line that contains it."),
            Binding(["N"], .previousMatch, .view, "Go back to the one before."),
            Binding(["y"], .copy, .view, "Copy what is open: the decision, the text, the chosen line, the panel."),
            Binding(["f"], .follow, .view, "Follow the newest line, or stay where you are."),
            Binding(["F"], .freeze, .view, "Freeze the screen, while the agent goes on; the header says so."),
            Binding(
                ["a"], .away, .view,
                "Tell what happened while you were away; so does Enter, or a click, on the header."),
            Binding(["k", .up], .scroll(.lineUp), .view, "Scroll up.", label: "k Up"),
            Binding(["j", .down], .scroll(.lineDown), .view, "Scroll down.", label: "j Down"),
            Binding(
                ["h", .left], .previous, .view, "The panel before; in a decision, the one before it.", label: "h Left"),
            Binding(["l", .right], .next, .view, "The next panel; in a decision, the one after it.", label: "l Right"),
            Binding([.control("u")], .scroll(.halfUp), .view, "Scroll up by half a page."),
            Binding([.control("d")], .scroll(.halfDown), .view, "Scroll down by half a page."),
            Binding([.pageUp], .scroll(.pageUp), .view, "Scroll up by a page."),
            Binding([.pageDown], .scroll(.pageDown), .view, "Scroll down by a page."),
            Binding(["g", .home], .scroll(.top), .view, "Scroll to the beginning.", label: "g Home"),
            Binding(["G", .end], .scroll(.bottom), .view, "Scroll to the end.", label: "G End"),
            Binding(["?"], .help, .program, "Show these keys.", footer: "help"),
            Binding(["T"], .theme, .program, "Use the next theme."),
            Binding(
                ["M"], .mouse, .program,
                "Mouse: click focuses, chooses and opens, the wheel scrolls. Takes selecting text away."),
            Binding(
                ["s"], .save, .program,
                "Save this screen as text and as SVG, and a report of the session so far as text and JSON."),
            Binding([.control("l")], .redraw, .program, "Draw the screen anew."),
            Binding(
                [.control("z")], .suspend, .program, "Suspend the program; every game key you hold is released first."),
        ]

    private static let actions: [Key: KeyAction] = {
        var actions: [Key: KeyAction] = [:]
        for binding in bindings { for key in binding.keys { actions[key] = binding.action } }
        return actions
    }()

    static func action(for key: Key) -> KeyAction? { actions[key] }

    /// A key and a word for each action, as it stands in a border: `/ filter  Enter open`.
    static func hint(_ entries: [(KeyAction, String)]) -> String {
        entries.map { action, word in "\(key(of: action)?.name ?? "") \(word)" }.joined(separator: "  ")
    }

    /// The first key of an action.
    static func key(of action: KeyAction) -> Key? { bindings.first { $0.action == action }?.keys.first }

    static func group(of action: KeyAction) -> Binding.Group? { bindings.first { $0.action == action }?.group }

    /// What the footer shows while the agent runs.
    static var footer: [Binding] { bindings.filter { $0.footer != nil } }
}
