import Platform
import Quantization
import SystemPackage

extension RangesFile {
    /// The ranges of an index, verified against its manifest; nil when it has none.
    static func read(_ manifest: Manifest, in directory: OpenDirectory) throws(ShardsError) -> Ranges? {
        guard let fingerprint = manifest.identity.ranges else { return nil }
        let path = IndexFile.ranges.path(in: directory.path)
        let bytes = try IndexFile.ranges.contents(in: directory, limit: Precision.maximumDimension * 8 + 65_536)
        guard SHA256Digest(of: bytes) == fingerprint else {
            throw ShardsError(
                .corrupt, path: path, section: "ranges", offset: 0,
                "its SHA-256 is not \(fingerprint), which the index was made with. Restore the file; without it no code can be read"
            )
        }
        return try parse(bytes, dimension: manifest.identity.dimension, path: path)
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
