/// Looks for a few claims among those of many documents, without making a string of each.
struct ClaimSearch {
    private var wanted: [IdentifierDigest: String] = [:]
    private(set) var found: Set<String> = []

    init(_ claims: Set<String>) {
        for claim in claims { wanted[IdentifierDigest(path: Array(claim.utf8))] = claim }
    }

    /// Takes in a document's claim.
    mutating func look(at claim: borrowing RawSpan) {
        guard !wanted.isEmpty, let known = wanted.removeValue(forKey: IdentifierDigest(path: claim)) else { return }
        found.insert(known)
    }
}
