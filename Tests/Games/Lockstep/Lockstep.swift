import Basics
import Glibc
import Navigation
import Vision

/// The navigator at the end of a pipe, for `Tests/Games/lockstep.py`: pictures of the game come in, the controls to
/// hold until the next one go out. It sees the pictures and nothing else; the status bar it reads itself.
@main
enum Lockstep {
    /// Before each picture: milliseconds of the game, width and height, 32 bits each in the machine's order.
    private static let header = 12

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let seed = UInt64(arguments[3]),
            let digits = DigitReader(try PNG.decode(try WholeFile.read(arguments[1], limit: 1 << 20)))
        else {
            print("usage: Lockstep DIGITS.png RECOGNISER.weights SEED < pictures > controls")
            exit(2)
        }
        let weights = String(decoding: try WholeFile.read(arguments[2], limit: 1 << 20), as: UTF8.self)
        let recogniser = try Recogniser(StrictJSON.decode(ConvolutionalNet.self, weights))
        var navigator = Navigator(seed: seed)
        var sequence: UInt64 = 0
        while let head = read(header) {
            let numbers = head.withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)).map(Int.init) }
            let (width, height) = (numbers[1], numbers[2])
            guard let rgb = read(width * height * 3) else { break }
            sequence += 1
            let frame = Frame(
                width: width, height: height, rgb: rgb, sequence: sequence, capturedAt: .now,
                gameTime: .milliseconds(numbers[0]))
            navigator.see(
                frame,
                vitals: Vitals(
                    health: digits.read(frame, .doomHealth)?.value, armour: digits.read(frame, .doomArmour)?.value,
                    ammunition: digits.read(frame, .doomAmmunition)?.value))
            let columns = recogniser.look(at: frame, viewShare: navigator.view.viewShare)
            navigator.recognise(columns, at: frame.gameTime.seconds)
            let move = navigator.next()
            navigator.hold(move)
            print(move.controls.rawValue)
            fflush(nil)
        }
    }

    /// So many bytes from the pipe; `nil` at its end.
    private static func read(_ count: Int) -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let more = Glibc.read(0, buffer.baseAddress! + filled, count - filled)
                guard more > 0 else { break }
                filled += more
            }
        }
        return bytes.count == count ? bytes : nil
    }
}
