import Platform
import SystemPackage

/// The file `generation`: the number of the newest generation, which reveals the loss of its manifest (Format.md, 5).
///
/// Without it, an index whose newest manifest was removed looks like one that never had it. It is a warning, not a part
/// of the index: a missing, damaged or outdated file is ignored.
enum GenerationMark {
    /// Fits a number of 16 digits, a space, a checksum of 16, a line feed, with room to recognize a foreign file.
    private static let maximumByteCount = 64

    /// The file's bytes.
    static func serialized(_ generation: Int) -> [UInt8] {
        let digits = String(generation)
        return Array("\(digits) \(checksum(digits))\n".utf8)
    }

    /// The number in a file's bytes; nil when `serialized` cannot have made them.
    static func parse(_ bytes: [UInt8]) -> Int? {
        let digits = String(decoding: bytes.prefix { $0 != 0x20 }, as: UTF8.self)
        guard let generation = Int(digits), serialized(generation) == bytes else { return nil }
        return generation
    }

    /// The number in an index directory's file; nil when there is none.
    ///
    /// - Throws: `ShardsError` of code `.system` when that cannot be determined.
    static func read(in directory: OpenDirectory) throws(ShardsError) -> Int? {
        do throws(ShardsError) {
            return parse(try IndexFile.generationMark.contents(in: directory, limit: maximumByteCount))
        } catch {
            guard error.code == .corrupt || error.cause?.isAbsence == true else { throw error }
            return nil
        }
    }

    private static func checksum(_ digits: String) -> String {
        let bytes = Array(digits.utf8)
        return HexadecimalNumber.text(XXH64.digest(of: bytes.rawSpan))
    }
}
