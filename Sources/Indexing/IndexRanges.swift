package import Identity
import Platform
package import Quantization
package import Shards
import SystemPackage
import Text

/// Ranges on their way into a new index: the numbers, and the files that keep them.
package struct IndexRanges: Sendable {
    package let ranges: Ranges
    package let file: RangesFile

    /// Stores ranges; `origin` describes in words where they come from, for `ranges.json`.
    package init(
        _ ranges: Ranges, origin: String, passages: Int?, margin: Double?, lexicalWeight: Double? = nil,
        model: ModelIdentity
    ) {
        self.ranges = ranges
        var object = JSONObject(.lines)
        object.add("created", RealTime.now.timestamp)
        object.add("model", model.name)
        object.add("model_sha256", model.weights.hexadecimal)
        object.add("origin", origin)
        if let passages { object.add("passages", passages) }
        if let margin { object.add("margin", margin) }
        if let lexicalWeight { object.add("lexical_weight", lexicalWeight) }
        file = RangesFile(array: ranges.numPyFile(), description: Array((object.text + "\n").utf8))
    }

    /// Reads a `.npy` file for a model.
    ///
    /// - Throws: `IndexingError` of code `.configuration`, naming the file and what is wrong with it.
    static func read(
        _ path: FilePath, for model: ModelIdentity
    ) throws(IndexingError) -> IndexRanges {
        let bytes: [UInt8]
        do throws(PlatformError) {
            bytes = try FileContents.read(path, limit: 1 << 24)
        } catch {
            guard error.isAbsence || error.cause == .isDirectory || error.code != .system else {
                // A fault of the system: another start may well go better, which is not made after a wrong configuration.
                throw IndexingError(.cannotWrite, "the ranges cannot be read for now: \(error)", cause: error)
            }
            throw IndexingError(
                .configuration, "the ranges cannot be read: \(error); name another file with --ranges", cause: error)
        }
        let ranges: Ranges
        do throws(QuantizationError) {
            ranges = try Ranges(numPyFile: bytes.rawSpan)
        } catch {
            throw IndexingError(.configuration, "\(path.displayName): \(error)", cause: error)
        }
        guard ranges.dimension == model.dimension else {
            throw IndexingError(
                .configuration,
                "\(path.displayName): these ranges have \(ranges.dimension) dimensions, the model \(model.name) has "
                    + "\(model.dimension); make ranges for it with 'vectorspool calibrate'")
        }
        // What a file of the same name with .json says of the ranges, as the shipped ones have it.
        let described = path.stem.map { path.removingLastComponent().appending("\($0).json") }
        let known = described.flatMap { RangesOrigin.read($0) }
        return IndexRanges(
            ranges,
            origin: known?.origin ?? path.lastComponent.map { FilePath(root: nil, [$0]).displayName } ?? "a file",
            passages: known?.passages, margin: known?.margin,
            lexicalWeight: known?.lexicalWeight, model: model)
    }
}
