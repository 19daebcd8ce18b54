import Crypto

/// A SHA-256 digest, which identifies models, ranges and documents.
package struct SHA256Digest: Sendable, Hashable, CustomStringConvertible {
    /// The 32 bytes.
    package let bytes: [UInt8]

    /// The digest of `bytes`.
    package init(of bytes: [UInt8]) {
        var hasher = Hasher()
        hasher.update(bytes.rawSpan)
        self = hasher.finish()
    }

    /// Takes 32 bytes from a file; nil for any other count.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Reads 64 hexadecimal digits; nil for anything else.
    package init?(hexadecimal: String) {
        let digits = Array(hexadecimal.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    private init(_ digest: SHA256.Digest) {
        bytes = Array(digest)
    }

    /// 64 lower-case hexadecimal digits, as `sha256sum` prints them.
    package var hexadecimal: String {
        String(
            decoding: bytes.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    package var description: String { hexadecimal }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// A digest under construction, for contents that arrive in pieces.
    package struct Hasher: Sendable {
        private var state = SHA256()

        package init() {}

        /// Adds the next piece.
        package mutating func update(_ bytes: borrowing RawSpan) {
            unsafe bytes.withUnsafeBytes { unsafe state.update(bufferPointer: $0) }
        }

        /// The digest of all pieces so far.
        package func finish() -> SHA256Digest {
            SHA256Digest(state.finalize())
        }
    }
}
