/// The stored form of an embedding, in the words of sentence-transformers.
///
/// The raw values are the `precision=` arguments of `quantize_embeddings`; they appear on command lines and in
/// manifests.
package enum Precision: String, CaseIterable, Codable, Sendable {
    /// The embedding itself: 4 bytes per dimension, little-endian.
    case float32
    /// The bucket of each dimension minus 128, a signed byte per dimension.
    case int8
    /// The bucket of each dimension, 0...255, a byte per dimension.
    case uint8
    /// The bytes of `ubinary` minus 128.
    case binary
    /// One bit per dimension, set where the value is positive; dimension 0 is the highest bit of byte 0.
    case ubinary

    /// The most dimensions of an embedding: up to this, every sum in the scoring loops fits its integer.
    package static let maximumDimension = 65_536

    /// Whether codes depend on a ranges file.
    package var needsRanges: Bool {
        self == .int8 || self == .uint8
    }

    /// Returns the bytes of one row of `dimension` dimensions; bits are padded to whole bytes.
    package func bytesPerRow(dimension: Int) -> Int {
        switch self {
        case .float32: dimension * 4
        case .int8, .uint8: dimension
        case .binary, .ubinary: (dimension + 7) / 8
        }
    }

    /// The XOR between these codes and their unsigned twin: subtracting 128 modulo 256 is the same as flipping the
    /// highest bit.
    var flip: UInt8 {
        self == .int8 || self == .binary ? 0x80 : 0
    }
}
