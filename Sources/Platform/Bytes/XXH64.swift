import CPlatform

/// XXH64 with seed 0: the checksum of zstd frames (RFC 8878) and of our own files.
///
/// It detects accidents, not forgery; names that must resist forgery use SHA-256.
package struct XXH64: Sendable {
    private var state = vectorspool_xxh64()

    package init() {
        unsafe vectorspool_xxh64_begin(&state)
    }

    /// Adds the next piece.
    package mutating func update(_ bytes: borrowing RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe vectorspool_xxh64_update(&state, $0.baseAddress, $0.count) }
    }

    /// The digest of all pieces so far.
    package func finish() -> UInt64 {
        var state = state
        return unsafe vectorspool_xxh64_digest(&state)
    }

    /// The digest of `bytes`.
    package static func digest(of bytes: borrowing RawSpan) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe vectorspool_xxh64($0.baseAddress, $0.count) }
    }
}
