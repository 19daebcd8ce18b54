import Glibc
import Platform
package import SystemPackage

extension ShardBuilder {
    /// Writes the shard to the index directory: temporary file, `fsync`, rename without replacing, `fsync` of the directory.
    ///
    /// It is no part of the index until a commit names it. The same contents and name give the same bytes.
    ///
    /// - Throws: `ShardsError`: `.invalid` when there are no rows, `.system` when it cannot be written; the temporary file is
    ///   removed then.
    package func write(into directory: FilePath, name: ShardName) throws(ShardsError) -> ShardReceipt {
        let path = name.path(in: directory)
        guard !isEmpty else { throw ShardsError(.invalid, path: path, "a shard without rows is not written") }
        let temporary = AtomicFile.temporaryName(beside: path)
        do throws(ShardsError) {
            let (checksum, byteCount) = try writeFile(temporary, named: path)
            do throws(PlatformError) {
                try Directory.renameExclusively(temporary, to: path)
                try Directory.synchronize(directory)
            } catch {
                throw ShardsError(error, path: path)
            }
            return receipt(name: name, checksum: checksum, byteCount: byteCount)
        } catch {
            Directory.removeIfPresent(temporary)
            throw error
        }
    }

    private func receipt(name: ShardName, checksum: UInt64, byteCount: Int) -> ShardReceipt {
        ShardReceipt(
            name: name, rowCount: rowCount, byteCount: byteCount, checksum: checksum,
            documents: documents.map { stored in
                ShardReceipt.Document(
                    identifier: stored.document.identifier, key: stored.document.key, claim: stored.document.claim,
                    rows: stored.rows)
            })
    }

    private func writeFile(
        _ temporary: FilePath, named path: FilePath
    ) throws(ShardsError) -> (checksum: UInt64, byteCount: Int) {
        let descriptor: OwnedDescriptor
        do throws(PlatformError) {
            descriptor = try OwnedDescriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL)
        } catch {
            throw ShardsError(error, path: path)
        }
        var file = try ShardFileWriter(descriptor, path: path, level: options.level)
        let header = ShardHeader(identity: identity, rowCount: rowCount, documentCount: documentCount)
        try file.writeHeader(header)
        try writeRows(.codes, codes, bytesPerRow: identity.bytesPerRow, to: &file)
        if let bytesPerRow = identity.signBytesPerRow {
            try writeRows(.signPlane, signs, bytesPerRow: bytesPerRow, to: &file)
        }
        try file.writeFrames(
            .text, recordCount: rowCount, recordsPerFrame: 0,
            contents: texts.frames.map { (content: $0.content, firstRecord: $0.firstRow) })
        try file.writeFrames(
            .passages, recordCount: rowCount, recordsPerFrame: ShardFormat.passagesPerFrame,
            contents: passageFrames())
        try file.writeFrames(.documents, recordCount: documentCount, recordsPerFrame: 0, contents: documentFrames())
        return try file.finish(headerChecksum: header.checksum)
    }

    private func writeRows(
        _ kind: ShardSection.Kind, _ rows: [UInt8], bytesPerRow: Int, to file: inout ShardFileWriter
    ) throws(ShardsError) {
        let layout = BlockLayout(rowCount: rowCount, bytesPerRow: bytesPerRow)
        guard options.compressesCodes else { return try file.writeBlocks(kind, rows: rows, layout: layout) }
        let frames = (0..<layout.blockCount).lazy.map { block in
            let range = layout.rows(inBlock: block)
            return (
                content: Array(rows[range.lowerBound * bytesPerRow..<range.upperBound * bytesPerRow]),
                firstRecord: range.lowerBound
            )
        }
        try file.writeFrames(kind, recordCount: rowCount, recordsPerFrame: layout.rowsPerBlock, contents: frames)
    }

    private func passageFrames() -> [(content: [UInt8], firstRecord: Int)] {
        stride(from: 0, to: rowCount, by: ShardFormat.passagesPerFrame).map { first in
            var content: [UInt8] = []
            for passage in passages[first..<min(first + ShardFormat.passagesPerFrame, rowCount)] {
                PassageRecord.append(passage, to: &content)
            }
            return (content, first)
        }
    }

    private func documentFrames() -> [(content: [UInt8], firstRecord: Int)] {
        var frames: [(content: [UInt8], firstRecord: Int)] = []
        var content: [UInt8] = []
        var first = 0
        for (number, document) in documents.enumerated() {
            let record = DocumentRecord.serialized(document)
            if !content.isEmpty, content.count + record.count > ShardFormat.targetFrameByteCount {
                frames.append((content, first))
                content = []
                first = number
            }
            content += record
        }
        return frames + [(content, first)]
    }
}
