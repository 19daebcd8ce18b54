/// A 64-bit number as JSON has it: 16 lower-case hexadecimal digits, since JSON's own numbers lose precision.
struct HexadecimalNumber: Codable, Sendable {
    let value: UInt64

    init(_ value: UInt64) {
        self.value = value
    }

    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = UInt64(text, radix: 16), text == Self.text(value) else {
            throw ShardsError(.corrupt, "'\(text)' is not a number of 16 hexadecimal digits")
        }
        self.value = value
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Self.text(value))
    }

    static func text(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
