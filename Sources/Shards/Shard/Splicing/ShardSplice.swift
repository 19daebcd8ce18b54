package import Platform

/// Makes one shard of the rows of several, without quantizing, cutting or encoding anything again (Format.md, 9).
///
/// Codes and signs are copied row by row, text frames whose rows are all taken are copied as they are, and tables, terms and columns
/// are made anew in a stream. What it holds in memory is some frames, the places of texts (8 bytes a row), the lengths
/// of rows (2 bytes) and the columns of the documents.
package struct ShardSplice: Sendable {
    /// What is taken from one shard.
    package struct Source: Sendable {
        package let reader: ShardReader
        /// The rows to take, whole documents; nil for all.
        package let kept: RowBitset?

        package init(_ reader: ShardReader, keeping kept: RowBitset? = nil) {
            self.reader = reader
            self.kept = kept
        }
    }

    /// The new shard, as a commit needs it.
    package struct Result: Sendable, Equatable {
        package let name: ShardName
        package let rowCount: Int
        package let documentCount: Int
        /// The size of the file in bytes.
        package let byteCount: Int
        /// XXH64 of the file's index, which covers everything else.
        package let checksum: UInt64
        /// The name of the analyzer that made its terms; nil when it has none.
        package let analyzer: String?
    }

    let identity: IndexIdentity
    let level: Int
    let sources: [SplicedRows]
    let rowCount: Int
    /// What comes before the paths of documents.
    let prefix: [UInt8]

    /// Prepares a splice.
    ///
    /// - Parameters:
    ///   - sources: the shards, in the order of their rows; they have the same identity.
    ///   - identity: that of the index.
    ///   - level: zstd's level for what is packed anew.
    ///   - prefix: what comes before the paths of all documents.
    package init(_ sources: [Source], identity: IndexIdentity, level: Int = 3, below prefix: [UInt8] = []) {
        self.identity = identity
        self.prefix = prefix
        self.level = level
        var rows: [SplicedRows] = []
        var next = 0
        for source in sources {
            let spliced = SplicedRows(source.reader, source.kept, firstRow: next)
            guard spliced.count > 0 else { continue }
            rows.append(spliced)
            next += spliced.count
        }
        self.sources = rows
        rowCount = next
    }

    /// Writes the new shard into an index directory: temporary file, `fsync`, rename without replacing.
    ///
    /// It is not part of the index until a commit names it.
    ///
    /// - Parameters:
    ///   - directory: the index.
    ///   - name: a name that is not taken.
    ///   - goesOn: asked every few hundred kilobytes, and may wait; false ends the work.
    /// - Returns: the shard; nil where the work was ended.
    /// - Throws: `ShardsError`: `.corrupt` for a damaged source, `.invalid` without rows, `.system` when it cannot be written.
    package func write(
        into directory: OpenDirectory, name: ShardName, while goesOn: () -> Bool = { true }
    ) throws(ShardsError) -> Result? {
        let path = name.path(in: directory.path)
        guard rowCount > 0 else { throw ShardsError(.invalid, path: path, "a shard without rows is not written") }
        let component = IndexFile.shard(name).component
        let temporary = OpenDirectory.temporaryName(for: component)
        do throws(ShardsError) {
            let documents = try DocumentSplice(sources, below: prefix)
            var file = try SpliceFile(directory, temporary, level: level, path: path)
            guard try write(to: &file, documents, in: directory, goesOn) else {
                directory.removeIfPresent(temporary)
                return nil
            }
            let (checksum, byteCount) = try file.finish()
            try file.install(in: directory, temporary, as: component)
            return Result(
                name: name, rowCount: rowCount, documentCount: documents.count, byteCount: byteCount,
                checksum: checksum, analyzer: hasTerms ? identity.analyzer : nil)
        } catch {
            directory.removeIfPresent(temporary)
            throw error
        }
    }

    /// Whether the new shard gets terms: all rows must have them.
    var hasTerms: Bool { sources.allSatisfy { $0.reader.terms != nil } }

    /// Writes all sections; false where the work was ended.
    private func write(
        to file: inout SpliceFile, _ documents: DocumentSplice, in directory: OpenDirectory, _ goesOn: () -> Bool
    ) throws(ShardsError) -> Bool {
        try file.begin(ShardHeader(identity: identity, rowCount: rowCount, documentCount: documents.count))
        var codes = RowSplice(.codes, rowCount: rowCount, bytesPerRow: identity.bytesPerRow)
        guard try codes.write(sources, to: &file, goesOn) else { return false }
        if let bytesPerRow = identity.signBytesPerRow, sources.allSatisfy({ $0.reader.signs != nil }) {
            var signs = RowSplice(.signs, rowCount: rowCount, bytesPerRow: bytesPerRow)
            guard try signs.write(sources, to: &file, goesOn) else { return false }
        }
        var places: [TextPlace] = []
        guard try writeText(to: &file, places: &places, goesOn), try writePassages(to: &file, places, goesOn) else {
            return false
        }
        places = []
        var columns = ColumnsBuilder()
        try documents.write(to: &file, columns: &columns)
        if hasTerms {
            guard try TermsSplice(sources, analyzer: identity.analyzer ?? "").write(to: &file, in: directory, goesOn)
            else { return false }
        }
        if let content = columns.content() {
            try file.write { file throws(PlatformError) in
                try file.writeMapped(.columns, content, recordCount: documents.count)
            }
        }
        return true
    }
}
