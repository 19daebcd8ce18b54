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
