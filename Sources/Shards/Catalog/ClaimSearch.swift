import Identity
import Platform

/// Searches the claims of many documents for a few, without making a string of each.
struct ClaimSearch {
    private var wanted: [IdentifierDigest: String] = [:]
    private(set) var found: Set<String> = []

    init(_ claims: Set<String>) {
        for claim in claims { wanted[IdentifierDigest(path: Array(claim.utf8))] = claim }
    }

    /// Compares a document's claim.
    mutating func look(at claim: borrowing RawSpan) {
        guard !wanted.isEmpty, let known = wanted.removeValue(forKey: IdentifierDigest(path: claim)) else { return }
        found.insert(known)
    }
}

/// Finds the latest of many claims, without making a string of each.
///
/// Later claims of this process follow it, even when the clock was set back.
struct LatestClaim {
    private var prefix: [UInt8] = []
    private(set) var name: ClaimName?
    /// The digits of a claim's time (`ClaimName`), which sort as the time does.
    private static let digits = 13

    /// Compares a document's claim.
    mutating func look(at claim: borrowing RawSpan) {
        guard Self.isLikely(claim), isLater(claim) else { return }
        var text: [UInt8] = []
        for offset in 0..<claim.byteCount { text.append(claim.littleEndian(at: offset) ?? 0) }
        let whole = String(decoding: text, as: UTF8.self)
        // A part of a file is marked at its end.
        guard let found = ClaimName(whole) ?? ClaimName(String(whole.dropLast())) else { return }
        name = found
        prefix = Array(text.prefix(Self.digits))
    }

    /// Whether a claim has the mark of the names that have a time; others are most often told from it by one byte.
    private static func isLikely(_ claim: borrowing RawSpan) -> Bool {
        claim.littleEndian(UInt8.self, at: digits + 8) == UInt8(ascii: ".")
    }

    private func isLater(_ claim: borrowing RawSpan) -> Bool {
        for (offset, byte) in prefix.enumerated() {
            let other: UInt8 = claim.littleEndian(at: offset) ?? 0
            if other != byte { return other > byte }
        }
        return prefix.isEmpty
    }
}
