/// What flows through the pipeline, in the order of the claims: the documents of a file, then its end.
enum WorkItem: Sendable {
    case document(PreparedDocument)
    case end(FileEnd)
}
