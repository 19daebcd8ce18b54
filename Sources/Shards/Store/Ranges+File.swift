import Platform
package import Quantization
package import SystemPackage

extension Ranges {
    /// Reads a ranges file of `numpy.save` or `vectorspool calibrate`.
    ///
    /// - Throws: `PlatformError` when it cannot be read, `ShardsError` of code `.invalid` when it does not contain
    ///   ranges.
    package static func read(_ path: FilePath) throws -> Ranges {
        let bytes = try FileContents.read(path, limit: 16 << 20)
        do throws(QuantizationError) {
            return try Ranges(numPyFile: bytes.rawSpan)
        } catch {
            throw ShardsError(.invalid, path: path, error.message)
        }
    }

    /// Reads a ranges file and refuses it unless it is for vectors of `dimension`.
    package static func read(_ path: FilePath, dimension: Int) throws -> Ranges {
        let ranges = try read(path)
        guard ranges.dimension == dimension else {
            throw ShardsError(
                .invalid, path: path,
                "these ranges are for \(ranges.dimension) dimensions, the vectors have \(dimension);"
                    + " choose ranges that were made with the same model")
        }
        return ranges
    }
}
