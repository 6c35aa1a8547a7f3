import TestSupport

/// What the terminal says of itself, and pictures in pixels.
extension TerminalScreen {
    /// What is to be seen of pictures.
    var pictures: [PlacedPicture] { shown.pictures.pictures }
    /// The one picture there is, with nothing over it.
    var wholePicture: PlacedPicture? { pictures.count == 1 && pictures[0].isWhole ? pictures[0] : nil }
    var movedPictures: Int { normal.movedPictures + alternate.movedPictures }

    func isQuestion(_ sequence: ControlSequence) -> Bool {
        switch Character(Unicode.Scalar(sequence.final)) {
        case "c": sequence.prefix == nil || sequence.prefix == UInt8(ascii: ">")
        case "t": sequence.prefix == nil && sequence.value(0) == 16
        case "S": sequence.prefix == UInt8(ascii: "?")
        default: false
        }
    }

    mutating func answer(_ sequence: ControlSequence) {
        guard !program.isSilent else { return }
        func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ";") }
        let cell = program.cell
        switch Character(Unicode.Scalar(sequence.final)) {
        case "c" where sequence.prefix == nil: reply("\u{1b}[?\(list(program.attributes))c")
        case "c": reply("\u{1b}[>\(list(program.kind))c")
        case "t": if program.tellsCell { reply("\u{1b}[6;\(cell.rows);\(cell.columns)t") }
        case "S" where sequence.value(0) == 1:
            reply(program.sixelColors.map { "\u{1b}[?1;0;\($0)S" } ?? "\u{1b}[?1;3;0S")
        case "S" where sequence.value(0) == 2: reply("\u{1b}[?2;0;1000;1000S")
        default: break
        }
    }

    private mutating func reply(_ text: String) { answers += Array(text.utf8) }

    /// A string of the program.
    mutating func obey(_ kind: UInt8, _ bytes: [UInt8]) {
        switch Character(Unicode.Scalar(kind)) {
        case "_": command(bytes)
        case "P" where bytes.elementsEqual("$qm".utf8): answerColours()
        case "P" where !bytes.starts(with: "tmux;".utf8) && bytes.prefix(12).contains(UInt8(ascii: "q")): sixel(bytes)
        default: tellWindow(kind, String(decoding: bytes, as: UTF8.self))
        }
    }

    /// The colour behind characters, as far as it was given as red, green and blue (DECRQSS).
    private mutating func answerColours() {
        if program.printsCommands { return "$qm".unicodeScalars.forEach { print($0) } }
        guard program.tellsColours, let colour = directBehind else { return }
        reply("\u{1b}P1$r0;48:2::\(colour.red):\(colour.green):\(colour.blue)m\u{1b}\\")
    }

    private mutating func command(_ bytes: [UInt8]) {
        if program.printsCommands {
            for byte in bytes { print(Unicode.Scalar(byte)) }
            return
        }
        if program == .tmux { faults.append("a title: \(String(decoding: bytes.prefix(40), as: UTF8.self))") }
        do {
            let event = try receiver.take(bytes)
            if case .asked(let id) = event {
                if program.drawsKitty { reply("\u{1b}_Gi=\(id);OK\u{1b}\\") }
                return
            }
            pictureBytes += bytes.count
            guard program.drawsKitty else { return faults.append("a picture for kitty: \(event)") }
            switch event {
            case .shown(let id, let picture, let columns, let rows):
                drawnPictures += 1
                place(PlacedPicture(
                    picture, row: shown.row, column: shown.column, rows: rows, columns: columns, id: id))
            case .removed(let id): shown.pictures.remove(id: id)
            case .loading, .asked, .broken: break
            }
        } catch {
            faults.append("\(error)")
        }
    }

    private mutating func sixel(_ bytes: [UInt8]) {
        pictureBytes += bytes.count
        do {
            let (picture, colors) = try SixelDecoder.decode(bytes)
            guard let most = program.sixelColors else { return faults.append("a sixel picture") }
            if colors > most { faults.append("\(colors) colours of \(most)") }
            if max(picture.width, picture.height) > 1000 { faults.append("\(picture.width) pixels") }
            drawnPictures += 1
            let rows = (picture.height + program.cell.rows - 1) / program.cell.rows
            let columns = (picture.width + program.cell.columns - 1) / program.cell.columns
            place(PlacedPicture(picture, row: shown.row, column: shown.column, rows: rows, columns: columns))
            // The cursor goes below the picture, and the screen along with it where that is no row of it.
            for _ in 0..<rows { lineFeed() }
        } catch {
            faults.append("\(error)")
        }
    }

    private mutating func place(_ placed: PlacedPicture) {
        if !isAlternate { faults.append("a picture on the normal screen") }
        if placed.row + placed.rows > size.rows || placed.column + placed.columns > size.columns {
            faults.append("a picture beyond the screen")
        }
        shown.pictures.put(placed)
    }
}
