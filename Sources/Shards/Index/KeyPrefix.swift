package import Platform

/// The first 16 bytes of a document's key, which is enough to know the key again.
///
/// Keys are SHA-256 values of what the document is, so two documents meet in 128 bits only by chance, which does not happen.
package struct KeyPrefix: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// The prefix of a whole key.
    package init(_ key: SHA256Digest) {
        high = key.bytes.rawSpan.littleEndian(at: 0) ?? 0
        low = key.bytes.rawSpan.littleEndian(at: 8) ?? 0
    }

    /// The prefix of a key that stands in a file, where its 32 bytes are known to be.
    init(_ bytes: borrowing RawSpan, at offset: Int) {
        high = bytes.littleEndian(at: offset) ?? 0
        low = bytes.littleEndian(at: offset + 8) ?? 0
    }
}
