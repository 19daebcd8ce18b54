package import Identity

/// The changes of one commit.
///
/// A new document replaces an older one of the same identifier in the same generation; of several in the new shards the
/// last one wins.
package struct IndexChanges: Sendable {
    /// A completely read file; earlier documents of it that it no longer contains die.
    package struct EndedFile: Sendable {
        /// The path in the inbox.
        package var path: [UInt8]
        /// Everything in the file, changed or not.
        package var staying: Set<IdentifierDigest>
        /// The number of documents before the end of the file, counted through all new shards.
        ///
        /// Later documents of its path belong to a later version, which continues in another commit.
        package var documentsBefore: Int

        package init(path: [UInt8], staying: Set<IdentifierDigest>, documentsBefore: Int = .max) {
            self.path = path
            self.staying = staying
            self.documentsBefore = documentsBefore
        }
    }

    /// The shards written to the index directory, in row order.
    package var shards: [ShardReceipt]
    /// The claims, as in the receipts, whose documents are dead on arrival, because their files changed while they were
    /// read.
    package var withdrawn: Set<String>
    /// Rows of the new shards that are dead on arrival, whole documents, by the shard.
    package var dead: [ShardName: RowBitset] = [:]
    /// The completely read files, in order; when a path appears several times the last one wins.
    package var ended: [EndedFile]
    /// The documents to delete; unknown ones are ignored.
    package var removals: [DocumentIdentifier]
    /// The number of vector components outside the ranges.
    package var clippedValues: Int
    /// The number of quantized vector components.
    package var quantizedValues: Int

    package init(
        shards: [ShardReceipt] = [], withdrawn: Set<String> = [], ended: [EndedFile] = [],
        removals: [DocumentIdentifier] = [], clippedValues: Int = 0, quantizedValues: Int = 0
    ) {
        self.shards = shards
        self.withdrawn = withdrawn
        self.ended = ended
        self.removals = removals
        self.clippedValues = clippedValues
        self.quantizedValues = quantizedValues
    }
}
