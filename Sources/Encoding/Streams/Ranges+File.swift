import Platform
package import Quantization
package import SystemPackage

extension Ranges {
    /// Reads a ranges file, as `numpy.save` or `vectorspool calibrate` wrote it.
    ///
    /// - Throws: `PlatformError` when it cannot be read, `EncodingError` of code `.input` when it does not hold ranges.
    package static func read(_ path: FilePath) throws -> Ranges {
        let bytes = try FileContents.read(path, limit: 16 << 20)
        do throws(QuantizationError) {
            return try Ranges(numPyFile: bytes.rawSpan)
        } catch {
            throw EncodingError(.input, path: path.string, error.message)
        }
    }

    /// Refuses ranges of another dimension than the vectors they are for.
    ///
    /// - Parameters:
    ///   - path: the ranges file, for the message.
    ///   - subject: what has the other dimension, such as "the model".
    package func check(dimension expected: Int, of subject: String, path: FilePath) throws(EncodingError) {
        guard dimension == expected else {
            throw EncodingError(
                .input, path: path.string,
                "these ranges are for \(dimension) dimensions, \(subject) has \(expected); name ranges that belong to it")
        }
    }
}
