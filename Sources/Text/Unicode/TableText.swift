/// Reads the notation of the generated tables: hexadecimal numbers as text.
///
/// Text compiles in no time, where an array literal of thousands of numbers takes minutes.
enum TableText {
    /// The numbers of a list separated by white space or full stops, where "v*n" repeats v n times.
    static func numbers(_ text: String) -> [UInt32] {
        var numbers: [UInt32] = []
        var value: UInt32 = 0
        var repeated: UInt32?
        for byte in terminated(text) {
            switch byte {
            case 0x30...0x39, 0x61...0x66: value = value << 4 | digit(byte)
            case 0x2A:
                repeated = value
                value = 0
            default:
                if let number = repeated {
                    for _ in 0..<value { numbers.append(number) }
                } else {
                    numbers.append(value)
                }
                repeated = nil
                value = 0
            }
        }
        return numbers
    }

    /// What a list of "+distance:numbers:numbers" maps code points to, in their ascending order.
    struct Folds {
        var codePoints: [UInt32] = []
        var first: [[UInt32]] = []
        var second: [[UInt32]] = []
    }

    /// The entries of a list of folds, whose numbers are separated by full stops.
    static func folds(_ text: String, count: Int) -> Folds {
        var folds = Folds()
        folds.codePoints.reserveCapacity(count)
        folds.first.reserveCapacity(count)
        folds.second.reserveCapacity(count)
        var codePoint: UInt32 = 0
        var field = 0
        var value: UInt32 = 0
        var hasDigits = false
        var parts: ([UInt32], [UInt32]) = ([], [])
        for byte in terminated(text) {
            switch byte {
            case 0x30...0x39, 0x61...0x66:
                value = value << 4 | digit(byte)
                hasDigits = true
                continue
            case 0x2B: continue
            default: break
            }
            if hasDigits {
                switch field {
                case 0: codePoint += value
                case 1: parts.0.append(value)
                default: parts.1.append(value)
                }
            }
            value = 0
            hasDigits = false
            if byte == 0x3A {
                field += 1
            } else if byte != 0x2E, field == 2 {
                folds.codePoints.append(codePoint)
                folds.first.append(parts.0)
                folds.second.append(parts.1)
                parts = ([], [])
                field = 0
            }
        }
        return folds
    }

    private static func digit(_ byte: UInt8) -> UInt32 {
        byte < 0x61 ? UInt32(byte & 0x0F) : UInt32(byte - 0x61 + 10)
    }

    private static func terminated(_ text: String) -> [UInt8] {
        Array(text.utf8) + [0x20]
    }
}
