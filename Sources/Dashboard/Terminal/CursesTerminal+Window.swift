import Canvas

/// What a person is told who does not look at the screen.
extension CursesTerminal {
    /// Gives the window a title; nothing is written when it has it already. The one from before comes back with
    /// ``close()``.
    package func setTitle(_ text: String) {
        guard !isLost, text != title else { return }
        title = text
        output.send(surroundings.title(text))
    }

    /// Rings the bell, and shows a notification unless the window is known to be in front: somebody may look at it, and
    /// somebody may be in the room.
    package func call(_ title: String, _ text: String) {
        guard !isLost else { return }
        output.send("\u{7}" + (isInFront == true ? "" : surroundings.notification(title, text)))
    }

    /// Puts as much of a text into the clipboard as terminals take (``WindowSequences/copyable(_:)``). No terminal says
    /// whether it has done so.
    package func copy(_ text: String) {
        if !isLost { output.send(surroundings.copy(text)) }
    }
}
