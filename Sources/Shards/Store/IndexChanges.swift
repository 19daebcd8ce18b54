package import Identity

/// What one commit is to change.
///
/// A new document takes the place of an older one of the same identifier by itself, in the same generation; of several in the
/// new shards the last one counts.
package struct IndexChanges: Sendable {
    /// A file that was read to its end: documents that came from it before and are no longer in it die.
    package struct EndedFile: Sendable {
        /// The path in the inbox.
        package var path: [UInt8]
        /// Everything that the file holds, changed or not.
        package var staying: Set<IdentifierDigest>
        /// How many documents of the new shards, counted through all of them, came before the end of the file.
        ///
        /// Those of its path that come after belong to a later version, which goes on in another commit.
        package var documentsBefore: Int

        package init(path: [UInt8], staying: Set<IdentifierDigest>, documentsBefore: Int = .max) {
            self.path = path
            self.staying = staying
            self.documentsBefore = documentsBefore
        }
    }

    /// Shards that were written to the index directory, in row order.
    package var shards: [ShardReceipt]
    /// Claims, as the receipts have them, whose documents are dead on arrival: their files changed while they were read.
    package var withdrawn: Set<String>
    /// Files that were read whole, in order; when a path comes several times the last one counts.
    package var ended: [EndedFile]
    /// Documents to delete; unknown ones are ignored.
    package var removals: [DocumentIdentifier]
    /// Vector components that fell outside the ranges.
    package var clippedValues: Int
    /// Vector components that were quantized.
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
