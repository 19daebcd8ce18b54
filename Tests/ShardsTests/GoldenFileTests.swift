import Identity
import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport
import Testing

/// The format on the day version 1 was declared; these files are never made again.
@Suite("Golden files of format 1")
struct GoldenFileTests {
    /// An index committed beside this file.
    struct Fixture: Sendable, CustomTestStringConvertible {
        let name: String
        let precision: Precision
        let compressesCodes: Bool
        var directory: FilePath { Fixture.folder.appending(name) }
        /// The files that a later writer makes otherwise.
        var dated: FilePath { Fixture.folder.removingLastComponent().appending("v1-dated").appending(name) }
        var testDescription: String { name }

        static let folder = FilePath(#filePath).removingLastComponent().appending("Fixtures").appending("v1")
    }

    static let fixtures = [
        Fixture(name: "int8", precision: .int8, compressesCodes: false),
        Fixture(name: "float32-compressed", precision: .float32, compressesCodes: true),
    ]
    /// The library that compressed the text of the fixtures; another version may write other bytes that decode equally.
    static let zstandardVersion = 10504

    @Test("reads", arguments: fixtures)
    func reads(_ fixture: Fixture) throws {
        let snapshot = try Snapshot.open(fixture.directory)
        #expect(snapshot.damage.isEmpty)
        #expect(snapshot.manifest.generation == 3)
        #expect(snapshot.manifest.rows == 4)
        #expect(snapshot.manifest.documents == 3)
        #expect(snapshot.manifest.clippedShare == 4.0 / 56)
        #expect((snapshot.ranges != nil) == (fixture.precision == .int8))
        let first = try #require(snapshot.shards.first)
        #expect(first.reader.header.precision == fixture.precision)
        #expect((0..<first.reader.rowCount).map(first.isLive) == [false, false, false, false, true, true, true])
        let bytesPerRow = fixture.precision.bytesPerRow(dimension: 8)
        let reader = first.reader
        let codes = reader.block(0, of: .codes).array(0..<4 * bytesPerRow)
        #expect(codes == SampleIndex.rows(4, bytesPerRow: bytesPerRow, seed: 1000))
        let passage = try first.reader.passage(ofRow: 1)
        #expect(try first.reader.text(of: passage) == Array("three four five six ".utf8))
        #expect(passage.byteRange == 8..<28)
        #expect(passage.lineRange == 3...4)
        #expect(passage.isTruncated)
        let beta = try first.reader.document(1)
        #expect(
            beta.document.identifier == DocumentIdentifier(path: Array("data/beta.jsonl".utf8), item: Array("b1".utf8)))
        #expect(beta.document.title == "Nombres")
        #expect(beta.document.metadata == "{\"year\":1999}")
        #expect(beta.document.modified == 1_763_999_000_123_456_789)
        #expect(beta.rows == 4..<5)
    }

    @Test("verifies", arguments: fixtures)
    func verifies(_ fixture: Fixture) throws {
        let report = try IndexVerifier.verify(fixture.directory)
        #expect(report.findings.isEmpty)
        #expect(report.orphans.isEmpty)
        #expect(report.rowCount == 8)
    }

    @Test("the writer makes the same bytes", .enabled(if: Zstandard.version == zstandardVersion), arguments: fixtures)
    func writerIsStable(_ fixture: Fixture) throws {
        let scratch = try ScratchDirectory()
        let made = scratch.path.appending("index")
        try SampleIndex.write(fixture.precision, compressesCodes: fixture.compressesCodes, to: made)
        let names = try Directory.entries(of: fixture.directory).map(\.name)
        // The file `generation` came later.
        #expect(try Directory.entries(of: made).map(\.name).filter { $0.string != "generation" } == names)
        for name in names {
            // Manifests had no copy of the ranges at first, and did not say when rows died.
            let dated = fixture.dated.appending(name)
            let expected = FileStatus.exists(dated) ? dated : fixture.directory.appending(name)
            #expect(try FileContents.read(made.appending(name)) == FileContents.read(expected), "\(name)")
        }
    }
}
