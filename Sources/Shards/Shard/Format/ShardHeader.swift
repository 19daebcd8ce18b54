import Identity
package import Platform
package import Quantization
import SystemPackage

/// S0: the properties of a shard's rows (Format.md, 1.2).
package struct ShardHeader: Sendable, Hashable {
    package let rowCount: Int
    package let documentCount: Int
    package let dimension: Int
    package let precision: Precision
    package let compute: String
    package let model: SHA256Digest
    package let encoder: SHA256Digest
    /// SHA-256 of the ranges; nil without ranges.
    package let ranges: SHA256Digest?

    package var bytesPerRow: Int { precision.bytesPerRow(dimension: dimension) }

    init(identity: IndexIdentity, rowCount: Int, documentCount: Int) {
        self.rowCount = rowCount
        self.documentCount = documentCount
        dimension = identity.dimension
        precision = identity.precision
        compute = identity.model.compute
        model = identity.model.weights
        encoder = identity.model.encoder
        ranges = identity.ranges
    }

    /// The identity of the index that the rows belong to.
    package var identity: IndexIdentity {
        IndexIdentity(
            model: ModelIdentity(name: "", dimension: dimension, weights: model, encoder: encoder, compute: compute),
            precision: precision, ranges: ranges)
    }

    /// The payload of S0, with its XXH64 last.
    func serialized() -> [UInt8] {
        var bytes = ShardFormat.headerTag
        bytes.append(littleEndian: ShardFormat.version)
        bytes.append(littleEndian: 0 as UInt32)
        bytes.append(littleEndian: UInt64(rowCount))
        bytes.append(littleEndian: UInt32(documentCount))
        bytes.append(littleEndian: UInt32(dimension))
        bytes.append(littleEndian: UInt32(bytesPerRow))
        bytes.append(littleEndian: 0 as UInt32)
        bytes += Self.padded(precision.rawValue) + Self.padded(compute)
        bytes += model.bytes + encoder.bytes + (ranges?.bytes ?? Array(repeating: 0, count: 32))
        bytes += Array(repeating: 0, count: 16)
        bytes.append(littleEndian: XXH64.digest(of: bytes.rawSpan))
        return bytes
    }

    /// The XXH64 at the end of S0.
    var checksum: UInt64 {
        serialized().rawSpan.littleEndian(at: Self.checksumOffset) ?? 0
    }

    private static func padded(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8.prefix(16))
        return bytes + Array(repeating: 0, count: 16 - bytes.count)
    }
}

extension ShardHeader {
    /// The offset of the XXH64 in the payload.
    static let checksumOffset = ShardFormat.headerByteCount - 8

    /// Parses and verifies F0 and S0; returns the header and its XXH64.
    ///
    /// - Throws: `ShardsError`: `.corrupt`, or `.unsupported` for a later version.
    static func parse(
        _ file: RawSpan, path: FilePath
    ) throws(ShardsError) -> (header: ShardHeader, checksum: UInt64) {
        var start = FieldParser(file, path: path, section: "first frame", at: 0)
        try start.expect(ShardFormat.emptyFrame, "a shard: it does not begin with an empty zstd frame")
        let origin = ShardFormat.sectionsOffset - ShardFormat.headerByteCount
        guard file.byteCount >= ShardFormat.sectionsOffset else {
            throw ShardsError(
                .corrupt, path: path, section: "header", offset: file.byteCount, "the file ends within its header")
        }
        var frame = FieldParser(
            file.extracting(ShardFormat.emptyFrame.count..<origin), path: path, section: "header",
            at: ShardFormat.emptyFrame.count)
        guard try frame.integer(UInt32.self) == ShardFormat.headerMagic,
            try frame.integer(UInt32.self) == UInt32(ShardFormat.headerByteCount)
        else { throw frame.corrupt("not the skippable frame of a header", at: 0) }
        return try parsePayload(file.extracting(origin..<ShardFormat.sectionsOffset), path: path, at: origin)
    }

    private static func parsePayload(
        _ payload: RawSpan, path: FilePath, at origin: Int
    ) throws(ShardsError) -> (header: ShardHeader, checksum: UInt64) {
        var parser = FieldParser(payload, path: path, section: "header", at: origin)
        try parser.expect(ShardFormat.headerTag, "a shard of VectorSpool: the tag VSPSHARD is missing")
        let version = try parser.integer(UInt32.self)
        let checksum = payload.littleEndian(UInt64.self, at: checksumOffset)
        guard checksum == XXH64.digest(of: payload.extracting(0..<checksumOffset)), let checksum else {
            throw parser.corrupt("checksum mismatch: the header is damaged", at: 0)
        }
        guard version == ShardFormat.version else {
            throw ShardsError(
                .unsupported, path: path, section: "header", offset: origin + 8,
                "shard format \(version); this program reads format \(ShardFormat.version). Use a later version")
        }
        return (try ShardHeader(&parser), checksum)
    }

    private init(_ parser: inout FieldParser) throws(ShardsError) {
        try parser.expectZeros(4)
        rowCount = try parser.count(UInt64.self, limit: ShardFormat.maximumRowCount, "number of rows")
        documentCount = try parser.count(UInt32.self, limit: ShardFormat.maximumRowCount, "number of documents")
        dimension = try parser.count(UInt32.self, limit: Precision.maximumDimension, "dimension")
        let bytesPerRow = try parser.count(
            UInt32.self, limit: ShardFormat.maximumBlockByteCount, "number of bytes per row")
        try parser.expectZeros(4)
        let precisionName = try parser.paddedText(16)
        guard let precision = Precision(rawValue: precisionName) else {
            throw parser.corrupt("unknown precision '\(precisionName)'")
        }
        self.precision = precision
        guard dimension > 0, precision.bytesPerRow(dimension: dimension) == bytesPerRow else {
            throw parser.corrupt(
                "\(bytesPerRow) bytes per row do not match \(dimension) dimensions of \(precisionName)")
        }
        compute = try parser.paddedText(16)
        model = try Self.digest(&parser)
        encoder = try Self.digest(&parser)
        let ranges = try parser.bytes(32)
        self.ranges = ranges.allSatisfy { $0 == 0 } ? nil : SHA256Digest(bytes: ranges)
        try parser.expectZeros(16)
    }

    private static func digest(_ parser: inout FieldParser) throws(ShardsError) -> SHA256Digest {
        guard let digest = SHA256Digest(bytes: try parser.bytes(32)) else { throw parser.corrupt("not a fingerprint") }
        return digest
    }
}
