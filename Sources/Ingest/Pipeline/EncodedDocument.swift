/// A document with its vectors, or the reason why there are none.
struct EncodedDocument: Sendable {
    let prepared: PreparedDocument
    /// `passages.count * dimension` floats.
    let vectors: [Float]
    let fault: DocumentFault?
    /// What the document was charged to the budget.
    let charge: Int
}
