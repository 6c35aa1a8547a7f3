import Canvas

/// How the picture is to be drawn, as a person asks for it.
package enum PictureChoice: String, CaseIterable, Sendable {
    /// In pixels where the terminal says that it can.
    case auto
    case kitty, sixel
    /// In cells.
    case blocks
}

/// A way to draw pixels.
enum PictureProtocol: Sendable, Equatable { case kitty, sixel }

/// How the picture is drawn, from what was asked for and what the terminal has answered. Pure.
enum PictureVerdict: Equatable {
    /// The terminal has yet to answer; in cells until then.
    case open
    case pixels(PictureProtocol)
    /// In cells, and what to say to a person who asked for something else.
    case cells(String?)

    /// - Parameters:
    ///   - hasSaidAll: What was asked about pictures is answered, or never will be.
    ///   - isMultiplexed: Inside tmux or screen, by the environment.
    ///   - isOverdue: The terminal has had a second for its answer.
    ///   - cell: Pixels of a cell, when they are known.
    static func of(
        _ choice: PictureChoice, _ answers: TerminalAnswers, hasSaidAll: Bool, isMultiplexed: Bool, isOverdue: Bool,
        cell: Size?
    ) -> PictureVerdict {
        let isInside = isMultiplexed || answers.isMultiplexer
        // Who does not answer at all is taken at the person's word; who answers is taken at its own.
        let isSilent = isOverdue && answers.rounds == 0
        switch choice {
        case .blocks: return .cells(nil)
        case .auto:
            if isInside { return .cells(nil) }
            if answers.hasKittyGraphics { return .pixels(.kitty) }
            guard hasSaidAll else { return isOverdue ? .cells(nil) : .open }
            return answers.hasSixel && cell != nil ? .pixels(.sixel) : .cells(nil)
        case .kitty:
            if isInside { return .cells(words("pictures of kitty do not get through tmux or screen")) }
            if answers.hasKittyGraphics || isSilent { return .pixels(.kitty) }
            guard hasSaidAll || isOverdue else { return .open }
            return .cells(words("this terminal does not know the graphics protocol of kitty"))
        case .sixel:
            guard hasSaidAll || isOverdue else { return .open }
            guard answers.hasSixel || isSilent else {
                return .cells(words("this terminal does not draw sixel pictures"))
            }
            guard cell != nil else {
                return .cells(words("this terminal does not say how many pixels a cell has, which sixel needs"))
            }
            return .pixels(.sixel)
        }
    }

    private static func words(_ why: String) -> String { "\(why): the picture is drawn in half blocks" }
}
