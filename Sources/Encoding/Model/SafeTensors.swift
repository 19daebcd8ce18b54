import FoundationEssentials
package import Platform
package import SystemPackage

/// A mapped safetensors file: named arrays that are used in place.
///
/// Format (huggingface/safetensors): the header's length as 8 bytes little-endian, the header as JSON of `name: {dtype,
/// shape, data_offsets: [begin, end)}`, then the data. Every offset, shape and type is checked before any data is used,
/// because the file may be truncated or forged.
package final class SafeTensors: Sendable {
    /// The position and type of one array.
    package struct Tensor: Sendable, Equatable {
        /// The type in the format's words: F32, BF16, I64.
        package let elementType: String
        package let shape: [Int]
        /// The byte range within the file.
        package let range: Range<Int>
    }

    /// The file's path, for messages.
    package let path: FilePath
    private let file: MappedFile
    private let tensors: [String: Tensor]

    /// Maps `path` and checks its header.
    ///
    /// - Throws: `EncodingError`: `.missingFile` when it cannot be opened, `.malformed` when anything in it violates
    ///   the format.
    package init(_ path: FilePath) throws(EncodingError) {
        let file: MappedFile
        do throws(PlatformError) {
            file = try MappedFile(path)
        } catch {
            throw EncodingError(reading: path.string, error, advice: "fetch the model again")
        }
        self.path = path
        tensors = try file.withBytes { (bytes) throws(EncodingError) in try Self.parse(bytes, path: path.string) }
        self.file = file
    }

    /// The file's status when it was mapped.
    package var status: FileStatus { file.status }

    /// Calls `body` with the bytes of a tensor's range.
    package func withBytes<Result>(
        _ range: Range<Int>, _ body: (RawSpan) throws(EncodingError) -> Result
    ) throws(EncodingError) -> Result {
        try file.withBytes { (bytes) throws(EncodingError) in try body(bytes.extracting(range)) }
    }

    /// The digest of the whole file, which identifies the model in an index.
    package func digest() -> SHA256Digest {
        var hasher = SHA256Digest.Hasher()
        file.withBytes { hasher.update($0) }
        release()
        return hasher.finish()
    }

    /// Releases the memory of the pages read so far; reading maps them again.
    package func release() { file.release() }

    /// The floats that an array can hold.
    package enum FloatType: String, Sendable {
        case float32 = "F32"
        case float16 = "F16"
        case bfloat16 = "BF16"
    }

    /// Where an array of floats lies, and of what type they are.
    package struct Floats: Sendable, Equatable {
        package let type: FloatType
        /// The byte range within the file.
        package let range: Range<Int>
    }

    /// The array `name`, which must hold floats in this shape.
    ///
    /// Throws `EncodingError` naming the array, what it is and what was expected.
    package func floats(_ name: String, shape: [Int]) throws(EncodingError) -> Floats {
        guard let tensor = tensors[name] else {
            throw EncodingError(.malformed, path: path.string, "the tensor \(name) is missing")
        }
        guard let type = FloatType(rawValue: tensor.elementType) else {
            throw EncodingError(
                .unsupported, path: path.string,
                "the tensor \(name) holds \(tensor.elementType); weights of F32, F16 and BF16 are supported; convert the model "
                    + "first")
        }
        guard tensor.shape == shape else {
            throw EncodingError(
                .malformed, path: path.string,
                "the tensor \(name) has the shape \(tensor.shape), config.json requires \(shape)")
        }
        return Floats(type: type, range: tensor.range)
    }

    /// Whether the file has an array called `name`.
    package func contains(_ name: String) -> Bool { tensors[name] != nil }

    // The bound of the reference implementation: a longer header is an attack, not a model.
    private static let largestHeader = 100_000_000

    private static func parse(_ bytes: RawSpan, path: String) throws(EncodingError) -> [String: Tensor] {
        func malformed(_ message: String) -> EncodingError {
            EncodingError(.malformed, path: path, "\(message); the file is damaged, fetch the model again")
        }
        guard let length = bytes.littleEndian(UInt64.self, at: 0) else {
            throw malformed("it has \(bytes.byteCount) bytes, too few for a safetensors file")
        }
        guard length <= largestHeader, Int(length) <= bytes.byteCount - 8 else {
            throw malformed("its header claims \(length) bytes, the file has \(bytes.byteCount)")
        }
        let start = 8 + Int(length)
        guard let header = bytes.array(8..<start) else { throw malformed("its header is cut short") }
        let entries: [String: HeaderEntry]
        do {
            entries = try JSONDecoder().decode([String: HeaderEntry].self, from: Data(header))
        } catch {
            throw malformed("its header is not the JSON of the safetensors format")
        }
        var tensors: [String: Tensor] = [:]
        for (name, entry) in entries where name != "__metadata__" {
            guard let type = entry.dtype, let shape = entry.shape, let offsets = entry.data_offsets, offsets.count == 2
            else { throw malformed("the entry of the tensor \(name) lacks dtype, shape or data_offsets") }
            let data = bytes.byteCount - start
            guard 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= data else {
                throw malformed(
                    "the tensor \(name) claims bytes \(offsets[0])..<\(offsets[1]) of \(data) bytes of data")
            }
            if let size = elementSizes[type] {
                let expected = shape.reduce(size as Int?) { product, extent in
                    guard let product, extent >= 0 else { return nil }
                    let (result, overflow) = product.multipliedReportingOverflow(by: extent)
                    return overflow ? nil : result
                }
                guard expected == offsets[1] - offsets[0] else {
                    throw malformed(
                        "the tensor \(name) has \(offsets[1] - offsets[0]) bytes, which do not match its shape \(shape)"
                    )
                }
            }
            tensors[name] = Tensor(elementType: type, shape: shape, range: start + offsets[0]..<start + offsets[1])
        }
        return tensors
    }

    private static let elementSizes = ["F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I8": 1, "U8": 1]

    /// One value of the header; `__metadata__` has none of these keys.
    private struct HeaderEntry: Decodable {
        let dtype: String?
        let shape: [Int]?
        let data_offsets: [Int]?
    }
}
