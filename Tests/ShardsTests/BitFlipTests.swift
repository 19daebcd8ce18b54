import Foundation
import Platform
import Shards
import SystemPackage
import TestSupport
import Testing

/// The promise of the format: every single flipped bit is found, with its file and section.
@Suite("One flipped bit")
struct BitFlipTests {
    static let files = [
        "manifest-1.json", "manifest-2.json", "manifest-3.json", "ranges.json", "ranges.npy",
        "shard-019ab697e801-00000001-3.tombstones", "shard-019ab697e801-00000001.zst",
        "shard-019ab697e802-00000002.zst",
    ]

    @Test("is found and named, each bit of each byte", arguments: files)
    func isFound(_ name: String) throws {
        let source = GoldenFileTests.Fixture.folder.appending("int8")
        #expect(try Directory.entries(of: source).map(\.name.string) == Self.files)
        try flipAll(name, source)
    }

    @Test("is found in compressed codes too")
    func isFoundInCompressedCodes() throws {
        try flipAll("shard-019ab697e801-00000001.zst", GoldenFileTests.Fixture.folder.appending("float32-compressed"))
    }

    private func flipAll(_ name: String, _ source: FilePath) throws {
        let scratch = try ScratchDirectory()
        try Self.copy(source, to: scratch.path, toTest: name)
        let target = scratch.path.appending(name)
        let original = try FileContents.read(target)
        let sections = try Sections(name, source)
        let handle = try #require(FileHandle(forUpdatingAtPath: target.string))
        for offset in original.indices {
            for bit in 0..<8 {
                try handle.seek(toOffset: UInt64(offset))
                try handle.write(contentsOf: Data([original[offset] ^ UInt8(1 << bit)]))
                let findings = try IndexVerifier.verify(scratch.path).findings
                let place = sections.name(at: offset)
                #expect(
                    findings.contains { $0.file == name && $0.section == place },
                    "bit \(bit) of byte \(offset), in the \(place): \(findings)")
            }
            try handle.seek(toOffset: UInt64(offset))
            try handle.write(contentsOf: Data([original[offset]]))
        }
        #expect(try IndexVerifier.verify(scratch.path).isSound)
    }

    @Test("a file truncated anywhere is found", arguments: files)
    func truncation(_ name: String) throws {
        let scratch = try ScratchDirectory()
        let source = GoldenFileTests.Fixture.folder.appending("int8")
        try Self.copy(source, to: scratch.path, toTest: name)
        let target = scratch.path.appending(name)
        let original = try FileContents.read(target)
        for count in original.indices {
            try AtomicFile.replaceVolatile(Array(original[..<count]), at: target)
            let findings = try IndexVerifier.verify(scratch.path).findings
            #expect(findings.contains { $0.file == name }, "cut to \(count) bytes: \(findings)")
        }
        try AtomicFile.replaceVolatile(original + [0], at: target)
        #expect(try IndexVerifier.verify(scratch.path).findings.contains { $0.file == name }, "a byte too many")
    }

    /// Copies the index with only one manifest, because reading the others fifty thousand times shows nothing new.
    private static func copy(_ source: FilePath, to target: FilePath, toTest name: String) throws {
        let manifest = name.hasPrefix("manifest") ? name : "manifest-3.json"
        for file in try Directory.entries(of: source).map(\.name.string)
        where !file.hasPrefix("manifest") || file == manifest {
            try AtomicFile.replaceVolatile(FileContents.read(source.appending(file)), at: target.appending(file))
        }
    }

    /// The positions of a file's sections in the verifier's words, found independently with the numbers of Format.md.
    private struct Sections {
        private var parts: [(end: Int, name: String)] = []

        init(_ file: String, _ directory: FilePath) throws {
            let bytes = try FileContents.read(directory.appending(file))
            guard file.hasSuffix(".zst") else {
                let name =
                    file.hasPrefix("manifest") ? "manifest" : file.hasSuffix(".tombstones") ? "tombstones" : "contents"
                parts = [(bytes.count, name)]
                return
            }
            parts = [(9, "first frame"), (209, "header")]
            let frames = bytes.number(at: bytes.count - 9, byteCount: 4)
            let seekTable = bytes.count - 8 - 12 * frames - 9
            let index = seekTable - bytes.number(at: bytes.count - 21, byteCount: 4)
            let names = ["", "codes", "sign plane", "text", "passages", "documents"]
            for section in 0..<bytes.number(at: index + 8 + 12, byteCount: 4) {
                let entry = index + 8 + 32 + 72 * section
                let type = bytes.number(at: entry, byteCount: 4)
                let offset = bytes.number(at: entry + 24, byteCount: 8)
                parts.append((offset + bytes.number(at: entry + 32, byteCount: 8), names[type]))
            }
            parts += [(seekTable, "index"), (bytes.count, "seek table")]
        }

        func name(at offset: Int) -> String {
            parts.first { offset < $0.end }?.name ?? "beyond the end"
        }
    }
}
