import Terminal

/// What a key does on the running screen.
enum KeyAction: Hashable, Sendable {
    case stop, pause, step, takeOver, panic, dryRun, nextPerspective, mute, faster, slower
    case focus(PanelID)
    case focusNext, focusPrevious, zoom, open, back
    case scroll(Scroll)
    /// To the panel before and after; in a decision, to the one before and after.
    case previous, next
    case follow, freeze, filter
    case help, theme, mouse, save, redraw, suspend
}

/// Which way to scroll, and how far.
enum Scroll: Hashable, Sendable { case lineUp, lineDown, pageUp, pageDown, top, bottom }

/// One line of the key table.
struct Binding: Sendable {
    enum Group: String, Sendable, CaseIterable {
        case agent = "Agent"
        case view = "View"
        case program = "Program"
    }

    let keys: [Key]
    let action: KeyAction
    let group: Group
    /// One word for the footer; `nil` keeps it out.
    var footer: String?
    /// One sentence for the help.
    let help: String
    /// How the keys are named together; the name of the first one when `nil`.
    var label: String?

    var name: String { label ?? keys.first?.name ?? "" }
}

/// The one table of keys. Dispatch, footer and help are made from it, so they cannot disagree.
enum KeyMap {
    static let bindings: [Binding] =
        [
            Binding(
                keys: [.character("q"), .control("c")], action: .stop, group: .agent, footer: "stop",
                help: "Stop and close everything in order. Again: do not wait. A third time: leave now."),
            Binding(
                keys: [.character(" "), .character("p")], action: .pause, group: .agent, footer: "pause",
                help: "Pause the agent, or resume."),
            Binding(
                keys: [.character("."), .character("n")], action: .step, group: .agent, footer: "step",
                help: "Let one decision through, then pause."),
            Binding(
                keys: [.character("t")], action: .takeOver, group: .agent, footer: "take over",
                help: "Play yourself: keys go to the game until you press Esc twice."),
            Binding(
                keys: [.character("!")], action: .panic, group: .agent, footer: "panic",
                help: "Release every game key and hold all input; space resumes."),
            Binding(
                keys: [.character("d")], action: .dryRun, group: .agent,
                help: "Dry-run: decide and take the same time, but press no key. Leaving it asks again."),
            Binding(
                keys: [.character("i")], action: .nextPerspective, group: .agent, footer: "mode",
                help: "Move the interpreter on to its next mode."),
            Binding(
                keys: [.character("v")], action: .mute, group: .agent,
                help: "Silence the voice at once, or let it speak again."),
            Binding(
                keys: [.character("+"), .character("=")], action: .faster, group: .agent,
                help: "Run the game twice as fast.",
                label: "+"),
            Binding(keys: [.character("-")], action: .slower, group: .agent, help: "Run the game half as fast."),
            Binding(keys: [.tab], action: .focusNext, group: .view, footer: "focus", help: "Focus the next panel."),
            Binding(keys: [.backTab], action: .focusPrevious, group: .view, help: "Focus the previous panel."),
        ]
        + PanelID.allCases.map { panel in
            Binding(
                keys: [.character(Unicode.Scalar(UInt8(ascii: "0") + UInt8(panel.digit)))], action: .focus(panel),
                group: .view, help: "Focus \(panel.title); again to zoom it.")
        } + [
            Binding(
                keys: [.character("z")], action: .zoom, group: .view, footer: "zoom",
                help: "Show the focused panel alone, or all of them again."),
            Binding(
                keys: [.enter], action: .open, group: .view,
                help: "Open the chosen decision; zoom any other panel."),
            Binding(
                keys: [.escape], action: .back, group: .view,
                help: "Close what is open, drop the filter, leave the zoom, follow the newest again."),
            Binding(
                keys: [.character("/")], action: .filter, group: .view, footer: "filter",
                help: "Show only the lines that contain what you type."),
            Binding(
                keys: [.character("f")], action: .follow, group: .view,
                help: "Follow the newest line, or stay where you are."),
            Binding(
                keys: [.character("F")], action: .freeze, group: .view,
                help: "Freeze the screen, while the agent goes on; the header says so."),
            Binding(
                keys: [.character("k"), .up], action: .scroll(.lineUp), group: .view, help: "Scroll up.",
                label: "k Up"),
            Binding(
                keys: [.character("j"), .down], action: .scroll(.lineDown), group: .view, help: "Scroll down.",
                label: "j Down"),
            Binding(
                keys: [.character("h"), .left], action: .previous, group: .view,
                help: "The panel before; in a decision, the one before it.", label: "h Left"),
            Binding(
                keys: [.character("l"), .right], action: .next, group: .view,
                help: "The next panel; in a decision, the one after it.", label: "l Right"),
            Binding(keys: [.pageUp], action: .scroll(.pageUp), group: .view, help: "Scroll up by a page."),
            Binding(keys: [.pageDown], action: .scroll(.pageDown), group: .view, help: "Scroll down by a page."),
            Binding(
                keys: [.character("g"), .home], action: .scroll(.top), group: .view, help: "Scroll to the beginning.",
                label: "g Home"),
            Binding(
                keys: [.character("G"), .end], action: .scroll(.bottom), group: .view, help: "Scroll to the end.",
                label: "G End"),
            Binding(keys: [.character("?")], action: .help, group: .program, footer: "help", help: "Show these keys."),
            Binding(keys: [.character("T")], action: .theme, group: .program, help: "Use the next theme."),
            Binding(
                keys: [.character("M")], action: .mouse, group: .program,
                help: "Mouse: click focuses, chooses and opens, the wheel scrolls. Takes selecting text away."),
            Binding(
                keys: [.character("s")], action: .save, group: .program,
                help: "Save this screen and a report of the session so far as text files."),
            Binding(keys: [.control("l")], action: .redraw, group: .program, help: "Draw the screen anew."),
            Binding(
                keys: [.control("z")], action: .suspend, group: .program,
                help: "Suspend the program; every game key you hold is released first."),
        ]

    private static let actions: [Key: KeyAction] = {
        var actions: [Key: KeyAction] = [:]
        for binding in bindings { for key in binding.keys { actions[key] = binding.action } }
        return actions
    }()

    static func action(for key: Key) -> KeyAction? { actions[key] }

    /// A key and a word for each action, as it stands in a border: `/ filter  Enter open`.
    static func hint(_ entries: [(KeyAction, String)]) -> String {
        entries.map { action, word in "\(name(of: action)) \(word)" }.joined(separator: "  ")
    }

    /// The first key of an action.
    static func name(of action: KeyAction) -> String {
        bindings.first { $0.action == action }?.keys.first?.name ?? ""
    }

    /// What the footer shows while the agent runs.
    static var footer: [Binding] { bindings.filter { $0.footer != nil } }
}
