import SystemPackage

extension ShardIndex {
    /// Checks every number against the header and the file, so readers can rely on them.
    ///
    /// The last section must end at `indexOffset`, where S1 begins; `size` is the file's size according to the file
    /// system. Throws `ShardsError`: `.corrupt`, or `.unsupported` for an unknown section that is not optional.
    func check(
        header: ShardHeader, checksum: UInt64, indexOffset: Int, size: Int, path: FilePath
    ) throws(ShardsError) {
        func corrupt(_ message: String) -> ShardsError {
            ShardsError(.corrupt, path: path, section: "index", offset: indexOffset, message)
        }
        guard headerChecksum == checksum else { throw corrupt("it belongs to another header") }
        guard fileByteCount == size else { throw corrupt("the file has \(size) bytes, not \(fileByteCount)") }
        guard header.rowCount > 0, (1...header.rowCount).contains(header.documentCount) else {
            throw corrupt("\(header.documentCount) documents cannot have \(header.rowCount) rows")
        }
        var end = ShardFormat.sectionsOffset
        var seen: Set<UInt32> = []
        for section in sections {
            guard section.offset == end else { throw corrupt("the \(section.name) begin at a wrong offset") }
            guard seen.insert(section.type).inserted else { throw corrupt("two sections of type \(section.type)") }
            end = section.end
        }
        guard end == indexOffset else { throw corrupt("the sections do not end where the index begins") }
        for kind in ShardSection.Kind.allCases where !kind.isOptional && !seen.contains(kind.rawValue) {
            throw corrupt("the \(kind.name) are missing")
        }
        for section in sections {
            if let fault = try fault(in: section, header: header, path: path) {
                throw corrupt("\(section.name): \(fault)")
            }
        }
    }

    private func fault(
        in section: ShardSection, header: ShardHeader, path: FilePath
    ) throws(ShardsError) -> String? {
        switch section.kind {
        case .codes: blocksFault(in: section, bytesPerRow: header.bytesPerRow, header)
        case .signPlane: blocksFault(in: section, bytesPerRow: (header.dimension + 7) / 8, header)
        case .text: framesFault(in: section, records: header.rowCount, perFrame: nil, bytesPerRecord: nil)
        case .passages:
            framesFault(
                in: section, records: header.rowCount, perFrame: ShardFormat.passagesPerFrame,
                bytesPerRecord: PassageRecord.byteCount)
        case .documents: framesFault(in: section, records: header.documentCount, perFrame: nil, bytesPerRecord: nil)
        case .terms: mappedFault(in: section, records: header.rowCount)
        case .columns: mappedFault(in: section, records: header.documentCount)
        case nil where section.isOptional: nil
        case nil:
            throw ShardsError(
                .unsupported, path: path, section: "index",
                "a section of type \(section.type) that this program does not know. Use a later version")
        }
    }

    private func blocksFault(in section: ShardSection, bytesPerRow: Int, _ header: ShardHeader) -> String? {
        let layout = BlockLayout(rowCount: header.rowCount, bytesPerRow: bytesPerRow)
        guard section.framing == .rawBlocks else {
            return framesFault(
                in: section, records: layout.rowCount, perFrame: layout.rowsPerBlock, bytesPerRecord: bytesPerRow)
        }
        guard section.recordCount == layout.rowCount, section.recordsPerBlock == layout.rowsPerBlock,
            section.decodedByteCount == layout.rowCount * bytesPerRow
        else { return "their numbers of rows or bytes do not match the header" }
        guard section.first == layout.firstContentOffset(at: section.offset), section.step == layout.stride,
            section.byteCount == layout.sectionByteCount(at: section.offset)
        else { return "their blocks are not at their required offsets" }
        return nil
    }

    private func mappedFault(in section: ShardSection, records: Int) -> String? {
        guard section.framing == .mapped else { return "they must be one mapped frame" }
        let layout = MappedLayout(offset: section.offset, contentByteCount: section.step)
        guard section.recordCount == records, section.recordsPerBlock == 0, section.decodedByteCount == 0,
            section.first == layout.content.lowerBound, section.byteCount == layout.byteCount
        else { return "their bytes are not at their required offsets" }
        return nil
    }

    private func framesFault(
        in section: ShardSection, records: Int, perFrame: Int?, bytesPerRecord: Int?
    ) -> String? {
        guard section.framing == .compressedFrames else { return "they must be compressed frames" }
        guard section.recordCount == records, section.recordsPerBlock == perFrame ?? 0 else {
            return "their number of records does not match the header"
        }
        let frames = frames(of: section)
        guard frames.reduce(0, { $0 + $1.decodedByteCount }) == section.decodedByteCount else {
            return "their frames do not have the required sizes"
        }
        for (number, frame) in frames.enumerated() {
            let next = number + 1 < frames.count ? frames[frames.startIndex + number + 1].firstRecord : records
            guard frame.firstRecord < next, number > 0 || frame.firstRecord == 0 else {
                return "frame \(number) is out of order"
            }
            if let perFrame, frame.firstRecord != number * perFrame || next - frame.firstRecord > perFrame {
                return "frame \(number) begins with the wrong record"
            }
            if bytesPerRecord == nil,
                frame.decodedByteCount > ShardFormat.maximumFrameByteCount(records: next - frame.firstRecord)
            {
                return "frame \(number) is too large for \(next - frame.firstRecord) records"
            }
            if let bytesPerRecord, frame.decodedByteCount != (next - frame.firstRecord) * bytesPerRecord {
                return "frame \(number) does not have the required size"
            }
        }
        return frames.isEmpty ? "they have no frames" : nil
    }
}
