import Platform
import SystemPackage

/// The file `generation`: the number of the newest generation, so that the loss of its manifest is noticed (Format.md, 5).
///
/// Without it nobody could tell an index whose newest manifest was taken away from one that never had it. It is a warning, not a
/// part of the index: one that is missing, damaged or older than the manifests says nothing.
enum GenerationMark {
    /// A number of 16 digits, a space, a checksum of 16, a line feed, with room for a stranger's file to be told from it.
    private static let maximumByteCount = 64

    /// The file's bytes.
    static func serialized(_ generation: Int) -> [UInt8] {
        let digits = String(generation)
        return Array("\(digits) \(checksum(digits))\n".utf8)
    }

    /// The number in a file's bytes; nil when they are not what `serialized` makes.
    static func parse(_ bytes: [UInt8]) -> Int? {
        let digits = String(decoding: bytes.prefix { $0 != 0x20 }, as: UTF8.self)
        guard let generation = Int(digits), serialized(generation) == bytes else { return nil }
        return generation
    }

    /// The number that an index directory's file gives; nil when it gives none.
    ///
    /// - Throws: `ShardsError` of code `.system` when it is not known whether it does.
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
