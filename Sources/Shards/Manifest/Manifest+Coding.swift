import FoundationEssentials
import Identity
import Platform
import Quantization
import SystemPackage
import Text

extension Manifest: Codable {
    private enum CodingKeys: String, CodingKey {
        case analyzer
        case clippedValues = "clipped_values"
        case commits, committed, compute, created, dimension, documents, encoder, format, generation, model
        case modelName = "model_name"
        case parent, passages, precision
        case quantizedValues = "quantized_values"
        case ranges
        case rangesArray = "ranges_npy"
        case rangesDescription = "ranges_description"
        case rows, shards, xxh64
    }

    static let format = 1
    /// The placeholder for the checksum while it is computed.
    private static let blankChecksum = "0000000000000000"

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let format = try fields.decode(Int.self, forKey: .format)
        guard format == Self.format else {
            throw ShardsError(
                .unsupported, "index format \(format); this program reads format \(Self.format). Use a later version")
        }
        generation = try fields.decode(Int.self, forKey: .generation)
        parent = try fields.decodeIfPresent(Int.self, forKey: .parent)
        created = try fields.decode(Date.self, forKey: .created)
        committed = try fields.decode(Date.self, forKey: .committed)
        identity = IndexIdentity(
            model: ModelIdentity(
                name: try fields.decode(String.self, forKey: .modelName),
                dimension: try fields.decode(Int.self, forKey: .dimension),
                weights: try fields.decode(Fingerprint.self, forKey: .model).digest,
                encoder: try fields.decode(Fingerprint.self, forKey: .encoder).digest,
                compute: try fields.decode(String.self, forKey: .compute)),
            precision: try fields.decode(Precision.self, forKey: .precision),
            ranges: try fields.decodeIfPresent(Fingerprint.self, forKey: .ranges)?.digest,
            analyzer: try fields.decodeIfPresent(String.self, forKey: .analyzer))
        rangesDescription = try fields.decodeIfPresent(Fingerprint.self, forKey: .rangesDescription)?.digest
        rangesArray = try fields.decodeIfPresent(Data.self, forKey: .rangesArray).map { Array($0) }
        passages = try fields.decode([String: Int].self, forKey: .passages)
        shards = try fields.decode([ManifestShard].self, forKey: .shards)
        clippedValues = try fields.decode(Int.self, forKey: .clippedValues)
        quantizedValues = try fields.decode(Int.self, forKey: .quantizedValues)
        commits = try fields.decode([ManifestCommit].self, forKey: .commits)
        try check(
            rows: fields.decode(Int.self, forKey: .rows), documents: fields.decode(Int.self, forKey: .documents))
    }

    private func check(rows: Int, documents: Int) throws {
        guard (1...Precision.maximumDimension).contains(identity.dimension) else {
            throw ShardsError(.corrupt, "impossible dimension \(identity.dimension)")
        }
        guard shards.allSatisfy(\.isPlausible), Set(shards.map(\.name)).count == shards.count else {
            throw ShardsError(.corrupt, "a shard is listed twice, or with impossible numbers")
        }
        guard self.rows == rows, self.documents == documents else {
            throw ShardsError(.corrupt, "the numbers of rows and documents do not match the sums over the shards")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encodeIfPresent(identity.analyzer, forKey: .analyzer)
        try fields.encode(clippedValues, forKey: .clippedValues)
        try fields.encode(commits, forKey: .commits)
        try fields.encode(committed, forKey: .committed)
        try fields.encode(identity.model.compute, forKey: .compute)
        try fields.encode(created, forKey: .created)
        try fields.encode(identity.dimension, forKey: .dimension)
        try fields.encode(documents, forKey: .documents)
        try fields.encode(identity.model.encoder.hexadecimal, forKey: .encoder)
        try fields.encode(Self.format, forKey: .format)
        try fields.encode(generation, forKey: .generation)
        try fields.encode(identity.model.weights.hexadecimal, forKey: .model)
        try fields.encode(identity.model.name, forKey: .modelName)
        try fields.encodeIfPresent(parent, forKey: .parent)
        try fields.encode(passages, forKey: .passages)
        try fields.encode(identity.precision, forKey: .precision)
        try fields.encode(quantizedValues, forKey: .quantizedValues)
        try fields.encodeIfPresent(identity.ranges?.hexadecimal, forKey: .ranges)
        try fields.encodeIfPresent(rangesArray.map { Data($0) }, forKey: .rangesArray)
        try fields.encodeIfPresent(rangesDescription?.hexadecimal, forKey: .rangesDescription)
        try fields.encode(rows, forKey: .rows)
        try fields.encode(shards, forKey: .shards)
        try fields.encode(Self.blankChecksum, forKey: .xxh64)
    }
}

extension Manifest {
    /// The end of every manifest, around the digits.
    private static let beforeChecksum = Array(#""xxh64":""#.utf8)
    private static let afterChecksum = Array("\"}\n".utf8)

    /// The file's bytes, checksum included.
    func serialized() throws(ShardsError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        var bytes: [UInt8]
        do {
            bytes = JSONText.escaped(try encoder.encode(self)) + [UInt8(ascii: "\n")]
        } catch {
            throw ShardsError(.invalid, "the manifest cannot be written as JSON: \(error)")
        }
        guard let digits = Self.checksumRange(in: bytes) else {
            throw ShardsError(.invalid, "the manifest does not end with its checksum")
        }
        bytes.replaceSubrange(digits, with: HexadecimalNumber.text(XXH64.digest(of: bytes.rawSpan)).utf8)
        return bytes
    }

    /// Verifies the checksum and reads the contents.
    ///
    /// The name in `path` must be that of the generation. Throws `ShardsError`: `.corrupt`, or `.unsupported` for a
    /// later format.
    static func parse(_ bytes: [UInt8], path: FilePath) throws(ShardsError) -> Manifest {
        guard let digits = checksumRange(in: bytes) else {
            throw ShardsError(
                .corrupt, path: path, section: "manifest", offset: bytes.count,
                bytes.isEmpty ? "the file is empty" : "it does not end with a checksum; it may be cut short")
        }
        var blank = bytes
        blank.replaceSubrange(digits, with: blankChecksum.utf8)
        guard Array(HexadecimalNumber.text(XXH64.digest(of: blank.rawSpan)).utf8) == Array(bytes[digits]) else {
            throw ShardsError(
                .corrupt, path: path, section: "manifest", offset: 0, "checksum mismatch: the manifest is damaged")
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let manifest: Manifest
        do {
            manifest = try decoder.decode(Manifest.self, from: Data(bytes))
        } catch {
            let known = error as? ShardsError
            throw ShardsError(
                known?.code ?? .corrupt, path: path, section: "manifest", known?.message ?? "\(error)")
        }
        guard path.lastComponent?.string == IndexFile.manifest(manifest.generation).name else {
            throw ShardsError(
                .corrupt, path: path, section: "manifest",
                "it contains generation \(manifest.generation), but its name says another")
        }
        return manifest
    }

    private static func checksumRange(in bytes: [UInt8]) -> Range<Int>? {
        let end = bytes.count - afterChecksum.count
        let start = end - blankChecksum.utf8.count
        guard start >= beforeChecksum.count, bytes[end...].elementsEqual(afterChecksum),
            bytes[(start - beforeChecksum.count)..<start].elementsEqual(beforeChecksum)
        else { return nil }
        return start..<end
    }
}

/// A SHA-256 digest in JSON.
struct Fingerprint: Decodable {
    let digest: SHA256Digest

    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let digest = SHA256Digest(hexadecimal: text) else {
            throw ShardsError(.corrupt, "'\(text)' is not a SHA-256 of 64 hexadecimal digits")
        }
        self.digest = digest
    }
}

/// A 64-bit number in JSON: 16 lower-case hexadecimal digits, since JSON's own numbers lose precision.
struct HexadecimalNumber: Codable, Sendable {
    let value: UInt64

    init(_ value: UInt64) {
        self.value = value
    }

    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = UInt64(text, radix: 16), text == Self.text(value) else {
            throw ShardsError(.corrupt, "'\(text)' is not a number of 16 hexadecimal digits")
        }
        self.value = value
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Self.text(value))
    }

    static func text(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
