package import Platform
import Quantization
package import SystemPackage
import Text

/// The files of the ranges that an index is created with.
package struct RangesFile: Sendable, Equatable {
    /// The canonical NumPy bytes of a float32 array of shape (2, dimension).
    package let array: [UInt8]
    /// JSON text with the origin: model, number of passages, margin, date.
    package let description: [UInt8]

    package init(array: [UInt8], description: [UInt8]) {
        self.array = array
        self.description = description
    }

    /// Identifies the ranges in an index and its shards.
    package var fingerprint: SHA256Digest { SHA256Digest(of: array) }
}

extension RangesFile {
    /// Reads the ranges of an index and verifies them against its manifest; nil when it has none.
    static func read(_ manifest: Manifest, in directory: OpenDirectory) throws(ShardsError) -> Ranges? {
        guard let fingerprint = manifest.identity.ranges else { return nil }
        let path = IndexFile.ranges.path(in: directory.path)
        let bytes = try IndexFile.ranges.contents(in: directory, limit: Precision.maximumDimension * 8 + 65_536)
        guard SHA256Digest(of: bytes) == fingerprint else {
            throw ShardsError(
                .corrupt, path: path, section: "ranges", offset: 0,
                "its SHA-256 is not \(fingerprint), with which the index was made. Restore the file; without it no code can be read"
            )
        }
        return try parse(bytes, dimension: manifest.identity.dimension, path: path)
    }

    /// The files of an index, to make another one with; nil when it has none.
    ///
    /// - Throws: `ShardsError`: `.corrupt` when they are not those that the index was made with, `.system`.
    package static func ofIndex(_ directory: FilePath, _ identity: IndexIdentity) throws(ShardsError) -> RangesFile? {
        guard let fingerprint = identity.ranges else { return nil }
        let folder = try IndexListing.openDirectory(directory)
        let array = try IndexFile.ranges.contents(in: folder, limit: Precision.maximumDimension * 8 + 65_536)
        guard SHA256Digest(of: array) == fingerprint else {
            throw ShardsError(
                .corrupt, path: IndexFile.ranges.path(in: directory), section: "ranges", offset: 0,
                "its SHA-256 is not \(fingerprint), with which the index was made. Restore the file")
        }
        return RangesFile(
            array: array, description: try IndexFile.rangesDescription.contents(in: folder, limit: 1 << 20))
    }

    static func parse(_ bytes: [UInt8], dimension: Int, path: FilePath) throws(ShardsError) -> Ranges {
        let ranges: Ranges
        do throws(QuantizationError) {
            ranges = try Ranges(numPyFile: bytes.rawSpan)
        } catch {
            throw ShardsError(.corrupt, path: path, section: "ranges", error.message)
        }
        guard ranges.dimension == dimension else {
            throw ShardsError(
                .mismatch, path: path, section: "ranges",
                "ranges of dimension \(ranges.dimension) for an index of dimension \(dimension). Use the pair that belongs together"
            )
        }
        return ranges
    }
}

/// The origin of ranges according to `ranges.json`, and what was measured when they were made.
package struct RangesOrigin: Sendable, Equatable {
    /// The origin in words.
    package let origin: String
    /// The number of passages they were made from; nil when unknown.
    package let passages: Int?
    /// The share that was added to each range; nil when unknown.
    package let margin: Double?
    /// The share of the words in a hybrid score that suits the model, as it was measured then; nil when it was not.
    package let lexicalWeight: Double?

    package init(origin: String, passages: Int?, margin: Double?, lexicalWeight: Double? = nil) {
        self.origin = origin
        self.passages = passages
        self.margin = margin
        self.lexicalWeight = lexicalWeight
    }

    /// Reads the description of ranges; nil when it is missing or incomplete.
    package static func read(_ path: FilePath) -> RangesOrigin? {
        guard let bytes = try? FileContents.read(path, limit: 1 << 20), let object = try? JSONLine(bytes) else {
            return nil
        }
        var origin: String?
        var passages: Int?
        var margin: Double?
        var weight: Double?
        for member in object.members {
            switch member.name {
            case "origin": origin = object.string(member)
            case "passages": passages = object.integer(member).flatMap { Int($0) }
            case "margin": margin = object.number(member)
            case "lexical_weight": weight = object.number(member).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
            default: break
            }
        }
        return origin.map { RangesOrigin(origin: $0, passages: passages, margin: margin, lexicalWeight: weight) }
    }

    /// Reads the description beside an index's ranges.
    package static func ofIndex(_ directory: FilePath) -> RangesOrigin? {
        read(IndexFile.rangesDescription.path(in: directory))
    }

    /// One sentence without a period: the origin, the number of passages and the margin.
    package var summary: String {
        let count =
            passages.map { ", made from \($0) passages" } ?? ", made from an unknown number of passages"
        return origin + count + (margin.map { " with a margin of \($0)" } ?? "")
    }
}
