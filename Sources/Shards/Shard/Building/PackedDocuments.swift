/// The documents of a shard in the making, as the bytes that they will have in its table, except for their claims.
///
/// Which claim a document gets is known only when the shard is written: whether its file ends in this shard decides it.
struct PackedDocuments: Sendable {
    /// A document's place in `bytes`; what comes before the claim, then what comes after it.
    private struct Place {
        let claimOffset: Int
        let end: Int
        let claim: Int
    }

    private var bytes: [UInt8] = []
    private var places: [Place] = []
    /// Distinct claims.
    private(set) var claims: [String] = []
    private var numbers: [String: Int] = [:]
    /// What the receipt will say of them.
    private(set) var receipts: [ShardReceipt.Document] = []

    var count: Int { places.count }

    /// Memory that is held.
    var byteCount: Int {
        bytes.count + places.count * (MemoryLayout<Place>.stride + MemoryLayout<ShardReceipt.Document>.stride)
    }

    /// Adds a document with its rows.
    mutating func append(_ document: ShardDocument, rows: Range<Int>) {
        let claim = number(of: document.claim)
        DocumentRecord.appendStart(of: document, rows: rows, to: &bytes)
        let claimOffset = bytes.count
        DocumentRecord.appendEnd(of: document, to: &bytes)
        places.append(Place(claimOffset: claimOffset, end: bytes.count, claim: claim))
        receipts.append(ShardReceipt.Document(document, rows: rows, claim: claim))
    }

    /// Gives the documents of one claim another.
    mutating func rename(claim: String, to new: String) {
        guard let number = numbers.removeValue(forKey: claim) else { return }
        claims[number] = new
        numbers[new] = number
    }

    private mutating func number(of claim: String) -> Int {
        if let number = numbers[claim] { return number }
        claims.append(claim)
        numbers[claim] = claims.count - 1
        return claims.count - 1
    }

    /// The frames of the table, each with the number of its first document.
    func forEachFrame<Failure: Error>(_ body: ([UInt8], Int) throws(Failure) -> Void) throws(Failure) {
        var content: [UInt8] = []
        var first = 0
        var start = 0
        for (number, place) in places.enumerated() {
            let claim = Array(claims[place.claim].utf8)
            let record = DocumentRecord.joined(
                bytes[start..<place.claimOffset], claim: claim, bytes[place.claimOffset..<place.end])
            start = place.end
            if !content.isEmpty, content.count + record.count > ShardFormat.targetFrameByteCount {
                try body(content, first)
                content.removeAll(keepingCapacity: true)
                first = number
            }
            content += record
        }
        try body(content, first)
    }
}
