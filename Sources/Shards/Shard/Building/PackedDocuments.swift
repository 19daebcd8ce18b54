/// The documents of a shard under construction, as the bytes of its table without their claims.
///
/// A document's claim is known only when the shard is written, because it depends on whether the document's file ends
/// in this shard.
struct PackedDocuments: Sendable {
    /// A document's position in `bytes`: the part before the claim, then the part after it.
    private struct Place {
        let claimOffset: Int
        let end: Int
        let claim: Int
    }

    private var bytes: [UInt8] = []
    private var places: [Place] = []
    /// The distinct claims.
    private(set) var claims: [String] = []
    private var numbers: [String: Int] = [:]
    /// The documents for the receipt.
    private(set) var receipts: [ShardReceipt.Document] = []

    var count: Int { places.count }

    /// The memory in use, in bytes.
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

    /// Replaces one claim with another in all its documents.
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

    /// Calls `body` with each frame of the table and the number of its first document.
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
