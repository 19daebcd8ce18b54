import Identity
import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport
import Testing

@Suite("A shard")
struct ShardRoundTripTests {
    /// A written shard, and its input.
    struct Written {
        let scratch: ScratchDirectory
        let path: FilePath
        let receipt: ShardReceipt
        let samples: [(document: ShardDocument, passages: [ShardPassage])]
        let codes: [UInt8]
        let signs: [UInt8]

        /// Documents with random numbers of passages, until there are at least `rows`.
        init(
            _ precision: Precision, dimension: Int, rows: Int, options: ShardBuilder.Options, seed: UInt64
        ) throws {
            var generator = SeededGenerator(seed: seed)
            var builder = ShardBuilder(
                identity: SampleIndex.identity(precision, dimension: dimension), options: options)
            var samples: [(ShardDocument, [ShardPassage])] = []
            var codes: [UInt8] = []
            var signs: [UInt8] = []
            while builder.rowCount < rows {
                let words = (0..<Int.random(in: 1...300, using: &generator)).map { _ in
                    String(UInt32.random(in: .min ... .max, using: &generator), radix: 36)
                }
                let number = samples.count
                let sample = SampleIndex.document(
                    "documents/\(number).txt", item: number % 3 == 0 ? "item \(number)" : nil, claim: "claim \(number)",
                    text: words.joined(separator: " "), title: number % 2 == 0 ? "Title \(number)" : nil,
                    metadata: number % 5 == 0 ? "{\"number\":\(number)}" : nil)
                let count = sample.1.count
                let newCodes = SampleIndex.rows(
                    count, bytesPerRow: builder.identity.bytesPerRow, seed: generator.next())
                let newSigns = SampleIndex.rows(
                    count, bytesPerRow: builder.identity.signBytesPerRow ?? 0, seed: generator.next())
                try builder.append(sample.0, passages: sample.1, codes: newCodes, signs: newSigns)
                samples.append(sample)
                codes += newCodes
                signs += newSigns
            }
            scratch = try ScratchDirectory()
            let name = ShardName(milliseconds: 1, random: 2)
            receipt = try builder.write(into: scratch.path, name: name)
            path = name.path(in: scratch.path)
            self.samples = samples
            self.codes = codes
            self.signs = signs
        }
    }

    static let shapes: [(Precision, Int, Int)] = [
        (.float32, 8, 3), (.int8, 384, 700), (.int8, 7, 1), (.uint8, 33, 5_000), (.binary, 384, 3_000),
        (.ubinary, 12, 40), (.int8, 4_096, 70), (.float32, 384, 200), (.float32, 32_768, 2),
    ]

    @Test("returns its input", arguments: shapes, [false, true])
    func roundTrip(_ shape: (precision: Precision, dimension: Int, rows: Int), _ isCompressed: Bool) throws {
        let options = ShardBuilder.Options(compressesCodes: isCompressed, level: isCompressed ? 1 : 3)
        let written = try Written(
            shape.precision, dimension: shape.dimension, rows: shape.rows, options: options, seed: 7)
        let reader = try ShardReader(written.path)
        #expect(reader.checksum == written.receipt.checksum)
        #expect(reader.byteCount == written.receipt.byteCount)
        #expect(reader.rowCount == written.receipt.rowCount)
        #expect(reader.documentCount == written.samples.count)
        #expect(
            reader.header.identity
                == {
                    var identity = SampleIndex.identity(shape.precision, dimension: shape.dimension)
                    identity.model.name = ""
                    return identity
                }())

        var codes: [UInt8] = []
        for block in 0..<reader.codes.blockCount {
            let bytes = reader.block(block, of: .codes)
            codes += bytes.array(0..<reader.codes.byteCount(ofBlock: block)) ?? []
        }
        #expect(codes == written.codes)
        let bytesPerRow = reader.codes.bytesPerRow
        for row in [0, reader.rowCount / 2, reader.rowCount - 1] {
            let code = reader.code(ofRow: row).array(0..<bytesPerRow)
            #expect(code == Array(written.codes[row * bytesPerRow..<(row + 1) * bytesPerRow]))
        }
        #expect((reader.signs != nil) == shape.precision.needsRanges)
        if let signs = reader.signs {
            var bytes: [UInt8] = []
            for block in 0..<signs.blockCount {
                let span = reader.block(block, of: .signs)
                bytes += span.array(0..<signs.byteCount(ofBlock: block)) ?? []
            }
            #expect(bytes == written.signs)
        }
        try checkTables(reader, written)
        let outcome = try verifyAlone(written)
        #expect(outcome.isEmpty, "\(outcome)")
    }

    private func checkTables(_ reader: ShardReader, _ written: Written) throws {
        let passages = try reader.allPassages()
        let expected = written.samples.flatMap { sample in sample.passages.enumerated().map { ($0, $1) } }
        #expect(passages.count == expected.count)
        for (row, (passage, (ordinal, sample))) in zip(passages, expected).enumerated()
        where row % 37 == 0 || row == passages.count - 1 {
            #expect(try reader.passage(ofRow: row) == passage)
            #expect(passage.ordinal == ordinal)
            #expect(passage.byteRange == sample.byteRange)
            #expect(passage.lineRange == sample.lineRange)
            #expect(passage.tokenCount == sample.tokenCount)
            #expect(passage.isTruncated == sample.isTruncated)
            #expect(try reader.text(of: passage) == sample.text)
            #expect(try reader.document(passage.document).rows.contains(row))
        }
        var documents: [StoredDocument] = []
        try reader.forEachDocument { number, document in
            #expect(number == documents.count)
            documents.append(document)
        }
        #expect(documents.map(\.document) == written.samples.map(\.document))
        #expect(documents.map(\.rows.count) == written.samples.map(\.passages.count))
        #expect(written.receipt.documents.map(\.rows) == documents.map(\.rows))
        #expect(written.receipt.documents.map(\.digest) == documents.map { IdentifierDigest($0.document.identifier) })
        #expect(written.receipt.documents.map(\.path) == documents.map { IdentifierDigest(path: $0.document.path) })
        #expect(written.receipt.documents.map(\.key) == documents.map { KeyPrefix($0.document.key) })
        #expect(
            written.receipt.documents.map { written.receipt.claims[$0.claim] } == documents.map(\.document.claim))
        #expect(try reader.document(documents.count - 1) == documents.last)
    }

    /// The verifier needs an index around a shard.
    private func verifyAlone(_ written: Written) throws -> [VerificationFinding] {
        let header = try ShardReader(written.path, decodesCodes: false).header
        let directory = written.scratch.path.appending("index")
        var store = try SampleIndex.create(header.precision, dimension: header.dimension, at: directory)
        let name = written.receipt.name
        try AtomicFile.replaceVolatile(FileContents.read(written.path), at: name.path(in: directory))
        try store.commit(IndexChanges(shards: [written.receipt]), at: SampleIndex.time)
        // The shard was made without ranges, and only this may be reported.
        return try IndexVerifier.verify(directory).findings.filter { !$0.message.contains("ranges of fingerprint") }
    }

    @Test("blocks of 384 int8 dimensions have the offsets of Format.md")
    func layout() throws {
        let written = try Written(.int8, dimension: 384, rows: 700, options: .init(), seed: 1)
        let reader = try ShardReader(written.path)
        #expect(reader.codes.rowsPerBlock == 320)
        let file = try FileContents.read(written.path)
        for row in [0, 319, 320, 699] {
            let address = 256 + row / 320 * 122_944 + row % 320 * 384
            #expect(Array(file[address..<address + 384]) == Array(written.codes[row * 384..<(row + 1) * 384]))
        }
    }

    @Test("the same input gives the same bytes")
    func determinism() throws {
        let first = try Written(.int8, dimension: 64, rows: 2_000, options: .init(), seed: 3)
        let second = try Written(.int8, dimension: 64, rows: 2_000, options: .init(), seed: 3)
        #expect(try FileContents.read(first.path) == FileContents.read(second.path))
    }

    @Test("is written under its name or not at all")
    func nameTaken() throws {
        let written = try Written(.float32, dimension: 8, rows: 1, options: .init(), seed: 1)
        let before = try FileContents.read(written.path)
        var builder = ShardBuilder(identity: SampleIndex.identity(.float32))
        try SampleIndex.append(SampleIndex.document("a", claim: "c", text: "b"), to: &builder, seed: 1)
        let error = #expect(throws: ShardsError.self) {
            try builder.write(into: written.scratch.path, name: written.receipt.name)
        }
        #expect(error?.cause?.cause == .fileExists)
        #expect(try FileContents.read(written.path) == before)
        #expect(try Directory.entries(of: written.scratch.path).count == 1)
    }

    @Test("refuses input that it cannot store")
    func refusals() throws {
        var builder = ShardBuilder(identity: SampleIndex.identity(.int8))
        let (document, passages) = SampleIndex.document("a", claim: "c", text: "one two three")
        var other = document
        let codes = SampleIndex.rows(1, bytesPerRow: 8, seed: 1)
        #expect(throws: ShardsError.self) { try builder.append(document, passages: [], codes: [], signs: []) }
        #expect(throws: ShardsError.self) { try builder.append(document, passages: passages, codes: codes) }
        #expect(throws: ShardsError.self) {
            try builder.append(document, passages: passages, codes: codes + [1], signs: [1])
        }
        other.path = []
        #expect(throws: ShardsError.self) { try builder.append(other, passages: passages, codes: codes, signs: [1]) }
        other.path = [65, 0, 65]
        #expect(throws: ShardsError.self) { try builder.append(other, passages: passages, codes: codes, signs: [1]) }
        #expect(builder.isEmpty)
        let directory = try ScratchDirectory()
        #expect(throws: ShardsError.self) {
            try builder.write(into: directory.path, name: ShardName(milliseconds: 1, random: 1))
        }
        try builder.append(document, passages: passages, codes: codes, signs: [1])
        #expect(builder.rowCount == 1)
    }

    @Test("stores the shared text of neighbouring passages once, in frames of about 64 KiB")
    func sharedText() throws {
        let written = try Written(.ubinary, dimension: 8, rows: 20_000, options: .init(), seed: 11)
        let reader = try ShardReader(written.path)
        let whole = written.samples.reduce(0) { $0 + $1.document.size }
        let passages = written.samples.reduce(0) { $0 + $1.passages.reduce(0) { $0 + $1.text.count } }
        #expect(reader.textByteCount < whole + whole / 50)
        #expect(reader.textByteCount < passages * 3 / 5)
        let frames = Set(try reader.allPassages().map(\.textFrame))
        #expect(frames == Set(0..<frames.count))
        #expect(reader.textByteCount / frames.count > 60_000)
    }

    @Test("keeps a passage whose text is larger than a frame, and one whose text differs from its bytes")
    func unusualText() throws {
        var builder = ShardBuilder(identity: SampleIndex.identity(.ubinary))
        let texts = [
            Array(repeating: 120 as UInt8, count: 200_000), [], Array("short".utf8), Array("other".utf8),
        ]
        let passages = texts.map {
            ShardPassage(byteRange: 0..<5, lineRange: 1...1, tokenCount: 1, isTruncated: false, text: $0)
        }
        try builder.append(
            SampleIndex.document("a", claim: "c", text: "b").0, passages: passages,
            codes: Array(repeating: 0, count: 4))
        let scratch = try ScratchDirectory()
        let receipt = try builder.write(into: scratch.path, name: ShardName(milliseconds: 1, random: 1))
        let reader = try ShardReader(receipt.name.path(in: scratch.path))
        for row in 0..<4 { #expect(try reader.text(of: reader.passage(ofRow: row)) == texts[row]) }
    }
}
