import Identity
import Platform
import SystemPackage

/// Checks every byte of one shard.
///
/// It checks from the outside in: first the framing of the sections, then their checksums, and where one does not
/// match, each frame, to name the position. Then it reads the tables and checks what they refer to.
struct ShardVerifier {
    /// The findings in a shard.
    struct Outcome {
        var findings: [VerificationFinding] = []
        /// The header; nil when the shard cannot be opened.
        var header: ShardHeader?
        var checksum: UInt64 = 0
        var byteCount = 0
        /// The documents and their rows; empty when they cannot be read.
        var documents: [(identifier: DocumentIdentifier, rows: Range<Int>)] = []
    }

    private let reader: ShardReader
    private let name: String
    private var outcome = Outcome()

    static func verify(_ shard: ShardName, in directory: OpenDirectory) -> Outcome {
        let name = shard.fileName
        do throws(ShardsError) {
            var verifier = ShardVerifier(
                reader: try ShardReader(shard.file, in: directory, decodesCodes: false), name: name)
            verifier.check()
            return verifier.outcome
        } catch {
            return Outcome(findings: [VerificationFinding(error, file: name)])
        }
    }

    private init(reader: ShardReader, name: String) {
        self.reader = reader
        self.name = name
        outcome.header = reader.header
        outcome.checksum = reader.checksum
        outcome.byteCount = reader.byteCount
    }

    private mutating func add(_ section: String, offset: Int?, _ message: String) {
        outcome.findings.append(VerificationFinding(file: name, section: section, offset: offset, message))
    }

    private mutating func check() {
        var table = SeekTable()
        table.append(emptyFrame: ShardFormat.emptyFrame.count)
        table.append(emptyFrame: ShardFormat.sectionsOffset - ShardFormat.emptyFrame.count)
        for section in reader.index.sections {
            let before = outcome.findings.count
            do throws(ShardsError) {
                try check(section, &table)
            } catch {
                outcome.findings.append(VerificationFinding(error, file: name))
            }
            let checksum = XXH64.digest(of: reader.file.bytes.extracting(section.offset..<section.end))
            if checksum != section.checksum, outcome.findings.count == before {
                add(
                    section.name, offset: section.offset,
                    "checksum mismatch somewhere in its \(section.byteCount) bytes")
            }
        }
        checkSeekTable(&table)
        // Damaged tables are already reported, and their references are meaningless then.
        guard outcome.findings.isEmpty else { return }
        do throws(ShardsError) {
            try checkTables()
        } catch {
            outcome.findings.append(VerificationFinding(error, file: name))
        }
    }

    /// Walks the frames of a section and lists them as the seek table should.
    private mutating func check(_ section: ShardSection, _ table: inout SeekTable) throws(ShardsError) {
        switch (section.kind, section.framing) {
        case (.codes, .rawBlocks): checkBlocks(section, layout: reader.codes, into: &table)
        case (.signPlane, .rawBlocks): if let signs = reader.signs { checkBlocks(section, layout: signs, into: &table) }
        case (.terms, .mapped), (.columns, .mapped): checkMapped(section, &table)
        case (.some, .compressedFrames):
            var decoder = try FrameDecoder(path: reader.path)
            for frame in reader.index.frames(of: section) {
                let content = try decoder.decode(frame, of: section, in: reader.file.bytes)
                table.append(
                    byteCount: frame.byteCount, decodedByteCount: content.count,
                    checksum: UInt32(truncatingIfNeeded: XXH64.digest(of: content.rawSpan)))
            }
        default: checkUnknown(section, &table)
        }
    }

    /// Checks blocks: pads and frame headers have one valid value, and contents are followed by their checksum.
    private mutating func checkBlocks(_ section: ShardSection, layout: BlockLayout, into table: inout SeekTable) {
        var offset = section.offset
        for block in 0..<layout.blockCount {
            let pad = block == 0 ? BlockLayout.firstPadByteCount(at: offset) : layout.padByteCount
            let count = layout.byteCount(ofBlock: block)
            let before = ShardFileWriter.skippable(
                ShardFormat.padMagic, Array(repeating: 0, count: pad - ShardFormat.skippableHeaderByteCount))
            let start = offset + pad + BlockLayout.frameHeaderByteCount
            if let wrong = firstDifference(
                at: offset, from: before + BlockLayout.frameHeader(contentByteCount: count))
            {
                add(
                    section.name, offset: wrong,
                    "a byte of the padding or frame header before rows \(layout.rows(inBlock: block)) is wrong")
            }
            let checksum = UInt32(
                truncatingIfNeeded: XXH64.digest(of: reader.file.bytes.extracting(start..<start + count)))
            if reader.file.bytes.littleEndian(UInt32.self, at: start + count) != checksum {
                add(
                    section.name, offset: start, "checksum mismatch in the block of rows \(layout.rows(inBlock: block))"
                )
            }
            table.append(emptyFrame: pad)
            offset = start + count + BlockLayout.frameTrailerByteCount
            table.append(
                byteCount: offset - start + BlockLayout.frameHeaderByteCount, decodedByteCount: count,
                checksum: checksum)
        }
    }

    /// Checks a mapped section: its header and pads have one valid value, and each chunk has its checksum.
    private mutating func checkMapped(_ section: ShardSection, _ table: inout SeekTable) {
        let layout = MappedLayout(offset: section.offset, contentByteCount: section.step)
        let checksums = ChunkChecks.checksums(of: reader.file.bytes.extracting(layout.content))
        if let wrong = firstDifference(at: section.offset, from: layout.start)
            ?? firstDifference(at: layout.content.upperBound, from: layout.end(checksums: checksums))
        {
            add(section.name, offset: wrong, "a byte of its header or padding is wrong, or a checksum of its contents")
        }
        table.append(emptyFrame: section.byteCount)
    }

    /// Checks the frames of an unknown section, which must be whole zstd frames.
    private mutating func checkUnknown(_ section: ShardSection, _ table: inout SeekTable) {
        // A separate reference, so the span does not borrow the whole verifier while findings are added.
        let file = reader.file
        var offset = section.offset
        while offset < section.end {
            let rest = file.bytes.extracting(offset..<section.end)
            do throws(PlatformError) {
                let count = try Zstandard.frameByteCount(rest)
                let frame = rest.extracting(0..<count)
                if Zstandard.isSkippable(frame) {
                    table.append(emptyFrame: count)
                } else {
                    var decompressor = try ZstandardDecompressor()
                    let content = try decompressor.decompressAll(frame, limit: ShardFormat.maximumRecordByteCount)
                    table.append(
                        byteCount: count, decodedByteCount: content.count,
                        checksum: UInt32(truncatingIfNeeded: XXH64.digest(of: content.rawSpan)))
                }
                offset += count
            } catch {
                return add(section.name, offset: offset, "\(error)")
            }
        }
    }

    private mutating func checkSeekTable(_ table: inout SeekTable) {
        let indexByteCount =
            ShardFormat.skippableHeaderByteCount
            + ShardIndex.payloadByteCount(sections: reader.index.sections.count, frames: reader.index.frames.count)
        let start = (reader.index.sections.last?.end ?? ShardFormat.sectionsOffset) + indexByteCount
        table.append(emptyFrame: indexByteCount)
        let expected = table.serialized()
        // A damaged section is already reported, and its frames may be missing from the expected table.
        guard outcome.findings.isEmpty else { return }
        if start + expected.count != reader.byteCount {
            add("seek table", offset: start, "it does not have the \(expected.count) bytes that the frames need")
        } else if let wrong = firstDifference(at: start, from: expected) {
            add("seek table", offset: wrong, "it does not match the frames")
        }
    }

    private mutating func checkTables() throws(ShardsError) {
        var documents: [(identifier: DocumentIdentifier, rows: Range<Int>)] = []
        try reader.forEachDocument { _, stored in documents.append((stored.document.identifier, stored.rows)) }
        var row = 0
        for passage in try reader.allPassages() {
            let rows = documents[passage.document].rows
            guard rows.contains(row), passage.ordinal == row - rows.lowerBound else {
                add("passages", offset: nil, "row \(row) has the wrong passage number in its document")
                return
            }
            row += 1
        }
        guard row == reader.rowCount else {
            return add("passages", offset: nil, "\(row) passages for \(reader.rowCount) rows")
        }
        outcome.documents = documents
        try reader.terms?.check()
        try reader.checkColumns()
    }

    /// The offset in the file of the first byte that differs from the expected one.
    private func firstDifference(at offset: Int, from expected: [UInt8]) -> Int? {
        guard let found = reader.file.bytes.array(offset..<offset + expected.count) else { return offset }
        return zip(found, expected).enumerated().first { $0.element.0 != $0.element.1 }.map { offset + $0.offset }
    }
}
