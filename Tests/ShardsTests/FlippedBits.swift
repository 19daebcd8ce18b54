import Platform
import Shards
import SystemPackage
import TestSupport
import Testing

/// Damages a section of an index with one shard, one bit at a time.
enum FlippedBits {
    /// Expects that `verify` finds each flipped bit; and that `read`, which reads the section, comes to an end.
    ///
    /// Every byte of the beginning is damaged once, where the header is, and then random ones of the rest.
    static func expectFound(
        inSection tag: String, of index: FilePath, _ generator: inout SeededGenerator,
        read: (inout SeededGenerator) throws -> Void
    ) throws {
        let name = try #require(try Directory.entries(of: index).first { $0.name.string.hasSuffix(".zst") }).name
        let path = index.appending(name)
        let original = try FileContents.read(path)
        let start = try #require(original.firstRange(of: Array(tag.utf8))).lowerBound
        let end = try #require(original.firstRange(of: Array("VSPINDEX".utf8))).lowerBound - 8
        for round in 0..<300 {
            let offset = round < 120 ? start + round : Int.random(in: start - 8..<end, using: &generator)
            var damaged = original
            damaged[offset] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            try AtomicFile.replaceVolatile(damaged, at: path)
            #expect(!(try IndexVerifier.verify(index).isSound), "byte \(offset), \(generator)")
            try read(&generator)
        }
    }
}
