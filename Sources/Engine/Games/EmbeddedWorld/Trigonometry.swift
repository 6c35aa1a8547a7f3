/// Sine, cosine and angles from additions, multiplications and divisions alone.
///
/// IEEE 754 defines those to the last bit, while the C library's functions may differ in it from one machine to the
/// next - and one different bit can turn one creature another way and change every frame after it.
enum Trigonometry {
    static let turn = 2 * Double.pi

    /// Error below 1e-12 for angles of a few thousand radians.
    static func sine(_ angle: Double) -> Double {
        var x = wrapped(angle)
        if x > .pi / 2 { x = .pi - x }
        if x < -.pi / 2 { x = -.pi - x }
        let square = x * x
        // Taylor's series to x^17, in Horner's form.
        var sum = 1.0
        for k in sineDivisors { sum = 1 - square / k * sum }
        return x * sum
    }

    static func cosine(_ angle: Double) -> Double { sine(angle + .pi / 2) }

    /// The angle of a vector, -pi...pi. Zero for no vector at all.
    static func angle(x: Double, y: Double) -> Double {
        let (width, height) = (abs(x), abs(y))
        guard width + height > 0 else { return 0 }
        var result = height <= width ? arctangent(height / width) : .pi / 2 - arctangent(width / height)
        if x < 0 { result = .pi - result }
        return y < 0 ? -result : result
    }

    /// The same direction as an angle in -pi...pi.
    static func wrapped(_ angle: Double) -> Double { angle - turn * (angle / turn).rounded() }

    static func length(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }

    private static let sineDivisors: [Double] = [16 * 17, 14 * 15, 12 * 13, 10 * 11, 8 * 9, 6 * 7, 4 * 5, 2 * 3]

    /// For 0...1.
    private static func arctangent(_ ratio: Double) -> Double {
        // Above tan(pi/8) the series converges slowly: turn the vector by pi/4 first.
        guard ratio <= 0.414_213_562_373_095 else { return .pi / 4 + series((ratio - 1) / (ratio + 1)) }
        return series(ratio)
    }

    private static func series(_ x: Double) -> Double {
        let square = x * x
        var sum = 0.0
        var k = 25.0
        while k >= 1 {
            sum = 1 / k - square * sum
            k -= 2
        }
        return x * sum
    }
}
