/// A work item after the encoder.
enum EncodedItem: Sendable {
    case document(EncodedDocument)
    case end(FileEnd)
}
