/// The documents and ends of files that wait for the next commit, in the order of their claims.
struct CommitGroup: Sendable {
    private(set) var items: [EncodedItem] = []
    private(set) var rowCount = 0
    /// When the first of them came.
    private(set) var began: ContinuousClock.Instant?
    /// What is to be paid back to the budget.
    private(set) var charge = 0
    /// Files that end in the group.
    private(set) var endCount = 0

    var isEmpty: Bool { items.isEmpty }

    mutating func append(_ item: EncodedItem) {
        if began == nil { began = .now }
        items.append(item)
        switch item {
        case .document(let document):
            rowCount += document.prepared.passages.count
            charge += document.charge
        case .end(let end):
            charge += end.charge
            endCount += 1
        }
    }

    /// Takes out everything of one claim, because its file has changed since it was read.
    mutating func remove(_ claim: ClaimName) {
        items.removeAll { item in
            switch item {
            case .document(let document): document.prepared.claim == claim
            case .end(let end): end.file.name == claim
            }
        }
    }

    var ends: [FileEnd] {
        items.compactMap { item in
            if case .end(let end) = item { end } else { nil }
        }
    }
}
