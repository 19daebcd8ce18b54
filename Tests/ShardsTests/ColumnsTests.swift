import Identity
import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport
import Testing

@Suite("The columns of a shard")
struct ColumnsTests {
    /// Metadata with all types, nested, repeated and strange.
    private static let metadata = [
        #"{"year":1999,"lang":"en","tags":["a","b","a"],"open":true}"#,
        #"{"year":2001.5,"lang":"de","author":{"name":"Ann","age":-0.0},"open":false}"#, nil,
        #"{"year":"1999","tags":[],"author":[{"name":"Bob"},{"name":"Cem"}],"none":null,"deep":[[[1,[2]]]]}"#,
        #"{"":1,"a.b":2,"a":{"b":3,"":4},"big":1e400,"é":"ü\u0000x"}"#, "{}",
    ]

    /// Commits a shard of documents with these metadata.
    private static func commit(
        _ metadata: [String?], to path: FilePath, hasColumns: Bool = true
    ) throws -> [ShardDocument] {
        var store = try SampleIndex.create(.float32, at: path)
        let samples = metadata.enumerated().map { number, metadata in
            SampleIndex.document(
                "folder \(number % 3)/file \(number % 5).txt", item: number % 2 == 0 ? "item \(number)" : nil,
                claim: "c", text: "one two three four five six \(number)", metadata: metadata)
        }
        let receipt = try SampleIndex.shard(
            samples, number: 1, for: store, options: ShardBuilder.Options(hasColumns: hasColumns))
        try store.commit(IndexChanges(shards: [receipt]), at: SampleIndex.time)
        return samples.map(\.0)
    }

    private static func columns(_ path: FilePath) throws -> ShardColumns {
        try #require(try Snapshot.open(path).shards.first?.reader.columns)
    }

    @Test("are read as they were written")
    func roundTrip() throws {
        let scratch = try ScratchDirectory()
        let all = (0..<40).map { Self.metadata[$0 % Self.metadata.count] }
        let documents = try Self.commit(all, to: scratch.path)
        let findings = try IndexVerifier.verify(scratch.path).findings
        #expect(findings.isEmpty, "\(findings)")
        let columns = try Self.columns(scratch.path)
        #expect(columns.documentCount == documents.count)
        #expect(try columns.times() == documents.map(\.modified))
        #expect(try columns.rowBounds().count == documents.count + 1)
        var met: [(identifier: [UInt8], document: Int)] = []
        try columns.forEachIdentifier { identifier, _, document in met.append((identifier, document)) }
        #expect(Set(met.map(\.document)) == Set(documents.indices))
        #expect(met.allSatisfy { documents[$0.document].identifier.bytes == $0.identifier })
        #expect(zip(met, met.dropFirst()).allSatisfy { !$1.identifier.lexicographicallyPrecedes($0.identifier) })
        for (number, document) in documents.enumerated() {
            let found = try columns.documents(of: document.identifier)
            #expect(found.contains(number))
            #expect(found.allSatisfy { documents[$0].identifier == document.identifier || document.item == nil })
            let file = try columns.documents(of: DocumentIdentifier(path: document.path))
            #expect(Set(file) == Set(documents.indices.filter { documents[$0].path == document.path }))
        }
        #expect(try columns.documents(of: DocumentIdentifier(path: Array("folder".utf8))).isEmpty)
        #expect(
            try columns.keys().map { String(decoding: $0, as: UTF8.self) }
                == [
                    "", "a.", "a.b", "author.age", "author.name", "big", "deep", "lang", "none", "open", "tags", "year",
                    "é",
                ])
    }

    /// The content on the day the section was defined; it follows from the documents alone.
    @Test("have the bytes that they had from the beginning")
    func golden() throws {
        let scratch = try ScratchDirectory()
        _ = try Self.commit(Self.metadata, to: scratch.path)
        let file = try FileContents.read(try Self.shard(scratch.path))
        let start = try #require(file.firstRange(of: Array("VSPCOLUM".utf8))).lowerBound
        let content = Array(file[start..<start + file.number(at: start + 72, byteCount: 8)])
        #expect(content.count == 650)
        #expect(XXH64.digest(of: content.rawSpan) == 1_912_260_330_062_402_861)
    }

    @Test("have the values that the metadata have")
    func values() throws {
        let scratch = try ScratchDirectory()
        _ = try Self.commit(Self.metadata, to: scratch.path)
        let columns = try Self.columns(scratch.path)
        var expected: [[UInt8]: Set<[Int]>] = [:]
        for (number, metadata) in Self.metadata.enumerated() {
            MetadataFields.forEach(in: Array((metadata ?? "").utf8)) { key, value in
                guard case .column(let column)? = try? columns.lookup(key) else { return }
                let place: Int? =
                    switch value {
                    case .null: MetadataColumn.null
                    case .boolean(let boolean): MetadataColumn.number(of: boolean)
                    case .number(let double): try? column.place(of: double).equal.first
                    case .string(let string): try? column.place(of: string).equal.first
                    }
                expected[key, default: []].insert([number, place ?? -1])
            }
        }
        #expect(expected.count == 13)
        for (key, entries) in expected {
            guard case .column(let column) = try columns.lookup(key) else { continue }
            var found: Set<[Int]> = []
            try column.forEachEntry(documentCount: columns.documentCount) { found.insert([$0, $1]) }
            #expect(found == entries, "\(String(decoding: key, as: UTF8.self))")
        }
        guard case .column(let years) = try columns.lookup(Array("year".utf8)) else {
            Issue.record("no column of years")
            return
        }
        let (all, equal) = try years.place(of: 2000)
        #expect(all.count == 2 && equal.isEmpty && equal.lowerBound == all.lowerBound + 1)
        #expect(try years.place(of: Array("1".utf8)).equal.isEmpty)
        guard case .absent = try columns.lookup(Array("yea".utf8)) else {
            Issue.record("a key that is not there")
            return
        }
    }

    @Test(
        "leave out keys beyond the bounds, and say so",
        arguments: [
            #"{"k":"\#(String(repeating: "x", count: 256))"}"#,
            #"{"k":[\#(Array(repeating: "1", count: 1025).joined(separator: ","))]}"#,
        ])
    func leftOut(metadata: String) throws {
        let scratch = try ScratchDirectory()
        _ = try Self.commit([#"{"k":1,"other":2}"#, metadata, #"{"k":3}"#], to: scratch.path)
        let columns = try Self.columns(scratch.path)
        guard case .leftOut = try columns.lookup(Array("k".utf8)),
            case .column = try columns.lookup(Array("other".utf8)),
            case .absent = try columns.lookup(Array("third".utf8))
        else {
            Issue.record("k should have no column")
            return
        }
        #expect(try IndexVerifier.verify(scratch.path).isSound)
    }

    @Test("know when there are more keys than they name")
    func manyKeys() throws {
        let scratch = try ScratchDirectory()
        let keys = (0..<1025).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
        _ = try Self.commit(["{\(keys)}", #"{"\#(String(repeating: "y", count: 256))":1}"#], to: scratch.path)
        let columns = try Self.columns(scratch.path)
        guard case .column = try columns.lookup(Array("k1023".utf8)),
            case .leftOut = try columns.lookup(Array("k1024".utf8)),
            case .leftOut = try columns.lookup(Array("unheard".utf8))
        else {
            Issue.record("unknown keys should be asked of the documents")
            return
        }
        #expect(try columns.keys().count == 1024)
        #expect(try IndexVerifier.verify(scratch.path).isSound)
    }

    @Test("a flipped bit anywhere in them is found, and reading ends with an error or an answer")
    func damage() throws {
        let scratch = try ScratchDirectory()
        var generator = SeededGenerator(seed: UInt64.random(in: .min ... .max))
        _ = try Self.commit((0..<30).map { Self.metadata[$0 % Self.metadata.count] }, to: scratch.path)
        try FlippedBits.expectFound(inSection: "VSPCOLUM", of: scratch.path, &generator) { _ in
            if let columns = try? Self.columns(scratch.path) { Self.read(columns) }
        }
    }

    @Test("forged with correct checksums, reading them ends with an error or an answer")
    func forgery() throws {
        let scratch = try ScratchDirectory()
        var generator = SeededGenerator(seed: UInt64.random(in: .min ... .max))
        _ = try Self.commit((0..<30).map { Self.metadata[$0 % Self.metadata.count] }, to: scratch.path)
        let path = try Self.shard(scratch.path)
        let shard = try ForgedShard(try FileContents.read(path))
        guard case .copied(let frame)? = shard.frames.last?.first,
            let start = frame.firstRange(of: Array("VSPCOLUM".utf8))?.lowerBound
        else {
            Issue.record("no columns")
            return
        }
        let count = frame.number(at: start + 72, byteCount: 8)
        let directory = try OpenDirectory(scratch.path)
        for _ in 0..<2000 {
            var content = Array(frame[start..<start + count])
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 8..<count, using: &generator)
                content[place] = UInt8.random(in: 0...255, using: &generator)
            }
            content.overwrite(at: 120, with: XXH64.digest(of: Array(content[..<120]).rawSpan), byteCount: 8)
            var forged = shard
            var bytes = frame
            bytes.replaceSubrange(start..<start + count, with: content)
            bytes.overwrite(at: bytes.count - 8, with: XXH64.digest(of: content.rawSpan), byteCount: 8)
            forged.frames[forged.frames.count - 1] = [.copied(bytes)]
            try AtomicFile.replaceVolatile(try forged.rebuilt(), at: scratch.path.appending("forged.zst"))
            guard let columns = try? ShardReader("forged.zst", in: directory).columns else { continue }
            Self.read(columns)
        }
    }

    private static func shard(_ path: FilePath) throws -> FilePath {
        path.appending(try #require(try Directory.entries(of: path).first { $0.name.string.hasSuffix(".zst") }).name)
    }

    /// Reads all; damage is an error.
    private static func read(_ columns: ShardColumns) {
        _ = try? columns.rowBounds()
        _ = try? columns.times()
        try? columns.forEachIdentifier { _, _, _ in }
        _ = try? columns.documents(of: DocumentIdentifier(path: Array("folder 1/file 1.txt".utf8)))
        for key in (try? columns.keys()) ?? [] {
            guard case .column(let column)? = try? columns.lookup(key) else { continue }
            _ = try? column.place(of: 1999)
            _ = try? column.place(of: Array("en".utf8))
            try? column.forEachEntry(documentCount: columns.documentCount) { _, _ in }
        }
    }
}
