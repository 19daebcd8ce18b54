package import Identity
package import Platform

/// Represents a document's identifier in memory, with 128 bits for an identifier of any length.
///
/// It is two SipHashes under keys that every process draws anew, so choosing names cannot cause collisions. By chance
/// two collide in one of 10^26 indexes of a million documents. It is never stored.
package struct IdentifierDigest: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    /// The digest of an identifier.
    package init(_ identifier: DocumentIdentifier) {
        self.init(path: Array(identifier.path), item: identifier.item.map(Array.init))
    }

    /// The digest of the identifier of a path, or of an item of its file.
    package init(path: [UInt8], item: [UInt8]? = nil) {
        if let item {
            self.init(path: path.rawSpan, item: item.rawSpan)
        } else {
            self.init(path: path.rawSpan)
        }
    }

    /// The digest of any bytes; for a path it is that of the document made of the whole file.
    init(path: borrowing RawSpan) {
        self = Self.digest { hasher in Self.feed(path, to: &hasher) }
    }

    /// The digest of an item of a file.
    init(path: borrowing RawSpan, item: borrowing RawSpan) {
        self = Self.digest { hasher in
            Self.feed(path, to: &hasher)
            Self.feed(item, to: &hasher)
        }
    }

    // Swift's own keys are the same in every process when an environment variable requires it.
    private static let seeds = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    private static func digest(_ feed: (inout Hasher) -> Void) -> IdentifierDigest {
        IdentifierDigest(high: half(seeds.0, feed), low: half(seeds.1, feed))
    }

    private static func half(_ seed: UInt64, _ feed: (inout Hasher) -> Void) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(seed)
        feed(&hasher)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// The length comes first, so no two sequences of fields give the same words.
    private static func feed(_ bytes: borrowing RawSpan, to hasher: inout Hasher) {
        hasher.combine(bytes.byteCount)
        var offset = 0
        while let word = bytes.littleEndian(UInt64.self, at: offset) {
            hasher.combine(word)
            offset += 8
        }
        var last: UInt64 = 0
        while let byte = bytes.littleEndian(UInt8.self, at: offset) {
            last = last << 8 | UInt64(byte)
            offset += 1
        }
        hasher.combine(last)
    }
}

/// The first 16 bytes of a document's key, which suffice to recognize the key.
///
/// Keys are SHA-256 values of the document, so two documents could share 128 bits only by chance, which does not
/// happen.
package struct KeyPrefix: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// The prefix of a whole key.
    package init(_ key: SHA256Digest) {
        high = key.bytes.rawSpan.littleEndian(at: 0) ?? 0
        low = key.bytes.rawSpan.littleEndian(at: 8) ?? 0
    }

    /// The prefix of a key in a file, whose 32 bytes are known to be there.
    init(_ bytes: borrowing RawSpan, at offset: Int) {
        high = bytes.littleEndian(at: offset) ?? 0
        low = bytes.littleEndian(at: offset + 8) ?? 0
    }
}
