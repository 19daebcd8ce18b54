import Foundation
import Identity
import Lexicon
import Maintenance
import Platform
import Quantization
import Shards
import Synchronization
import SystemPackage
import TestSupport

/// An index in which documents come, are replaced and are forgotten, with a model of what must be in it.
final class LivingIndex: CompactingIndex {
    /// What must be found of a document.
    struct Version: Sendable, Equatable {
        let name: String
        let number: Int

        /// Its passages, which follow from the number, so that no model of the texts is in memory.
        var texts: [String] {
            var generator = SeededGenerator(seed: UInt64(number))
            return (0..<Int.random(in: 1...4, using: &generator)).map {
                LivingIndex.text(name, number, $0, &generator)
            }
        }
    }

    private struct State {
        var store: IndexStore
        var expected: [String: Version] = [:]
        var forgotten: Set<String> = []
        var generator: SeededGenerator
        var clock: Int64 = 1_700_000_000_000_000_000
        var versions = 0
        var bytesIngested = 0
    }

    static let dimension = 16
    private let state: Mutex<State>
    private let hasTerms: Bool
    let directory: FilePath

    init(in scratch: FilePath, seed: UInt64, hasTerms: Bool = true, model: UInt8 = 1) throws {
        self.hasTerms = hasTerms
        let ranges = try Ranges(
            minima: Array(repeating: -0.3, count: Self.dimension), maxima: Array(repeating: 0.3, count: Self.dimension))
        let identity = IndexIdentity(
            model: ModelIdentity(
                name: "living", dimension: Self.dimension, weights: SHA256Digest(of: [model]),
                encoder: SHA256Digest(of: [2]),
                compute: "float32"),
            precision: .int8, ranges: nil, analyzer: hasTerms ? Analyzer().name : nil)
        directory = scratch.appending("index")
        let store = try IndexStore.create(
            at: directory, identity: identity,
            ranges: RangesFile(array: ranges.numPyFile(), description: Array("{}".utf8)), passages: [:],
            time: Date(timeIntervalSince1970: 1_700_000_000))
        state = Mutex(State(store: store, generator: SeededGenerator(seed: seed), versions: Int(seed) * 100_000))
    }

    var seed: UInt64 { state.withLock { $0.generator.seed } }
    var bytesIngested: Int { state.withLock { $0.bytesIngested } }
    var shardCount: Int { state.withLock { $0.store.manifest.shards.count } }
    var garbage: GarbageCollector { state.withLock { $0.store.garbage } }

    func replace(_ replacement: ShardReplacement) throws(ShardsError) -> Durability? {
        try state.withLock { state throws(ShardsError) in
            try state.store.replace(
                replacement, at: Date(timeIntervalSince1970: TimeInterval(state.clock / 1_000_000_000)))
        }
    }

    /// Commits a shard of documents, which replace those of equal names; without words, as an older program did, where that is asked for.
    func put(_ names: [String], hasWords: Bool = true) throws {
        try state.withLock { state in
            var builder = ShardBuilder(
                identity: state.store.identity,
                options: ShardBuilder.Options(analyzer: hasTerms && hasWords ? Analyzer() : nil, hasColumns: true))
            var reader = try TermReader(Analyzer())
            for name in names {
                state.versions += 1
                let version = Version(name: name, number: state.versions)
                state.expected[name] = version
                state.forgotten.remove(name)
                state.clock += 1_000_000
                try builder.append(
                    name, version, claim: ClaimName(time: state.clock, random: 0, boot: "0000", size: 1),
                    reader: &reader)
            }
            let shard = ShardName(milliseconds: UInt64(state.clock / 1_000_000), random: 0)
            let receipt = try builder.write(into: state.store.directory, name: shard)
            state.bytesIngested += receipt.byteCount
            try state.store.commit(
                IndexChanges(shards: [receipt]),
                at: Date(timeIntervalSince1970: TimeInterval(state.clock / 1_000_000_000)))
        }
    }

    /// A passage of some sentences, of which each word but the last few is common.
    fileprivate static func text(_ name: String, _ version: Int, _ passage: Int, _ generator: inout SeededGenerator)
        -> String
    {
        let words = ["whale", "harbour", "sea", "ship", "captain", "storm", "island", "light", "rope", "sail"]
        let some = (0..<Int.random(in: 3...40, using: &generator)).map { _ in
            words.randomElement(using: &generator) ?? ""
        }
        return (some + ["secret\(version)x\(passage)", name]).joined(separator: " ")
    }

    /// Forgets documents.
    func forget(_ names: [String]) throws {
        try state.withLock { state in
            state.clock += 1_000_000
            for name in names where state.expected.removeValue(forKey: name) != nil { state.forgotten.insert(name) }
            let until = state.clock
            try state.store.forgetDurably(
                names.map {
                    ForgottenDocument(
                        DocumentIdentifier(path: Array($0.utf8)), until: until, time: "2026-01-01T00:00:00Z",
                        isDeleted: false)
                }, at: Date(timeIntervalSince1970: TimeInterval(state.clock / 1_000_000_000)))
        }
    }

    /// What must be in the index.
    var expected: [String: Version] { state.withLock { $0.expected } }
    var forgotten: Set<String> { state.withLock { $0.forgotten } }
    var now: Date { state.withLock { Date(timeIntervalSince1970: TimeInterval($0.clock / 1_000_000_000)) } }

    /// Names that a seed draws.
    func draw(_ count: Int, of limit: Int) -> [String] {
        state.withLock { state in
            Array(Set((0..<count).map { _ in "d\(Int.random(in: 0..<limit, using: &state.generator))" })).sorted()
        }
    }

    func chance(_ share: Double) -> Bool { state.withLock { Double.random(in: 0..<1, using: &$0.generator) < share } }

    /// The codes of a passage, which tell to whom they belong.
    static func codes(_ version: Int, _ passage: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: UInt64(version * 16 + passage))
        return (0..<dimension).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}

extension ShardBuilder {
    /// Adds a version of a document.
    fileprivate mutating func append(
        _ name: String, _ version: LivingIndex.Version, claim: ClaimName, reader: inout TermReader
    ) throws {
        var terms: [TermList] = []
        var start = 0
        var passages: [ShardPassage] = []
        let texts = version.texts
        for (place, text) in texts.enumerated() {
            var list = TermList()
            reader.append(Array(text.utf8).span, to: &list)
            if options.analyzer != nil { terms.append(list) }
            let bytes = Array(text.utf8)
            passages.append(
                ShardPassage(
                    byteRange: start..<start + bytes.count, lineRange: place + 1...place + 1,
                    tokenCount: bytes.count / 4,
                    isTruncated: place == 3, text: bytes))
            start += bytes.count
        }
        let codes = texts.indices.flatMap { LivingIndex.codes(version.number, $0) }
        let signs = texts.indices.flatMap { LivingIndex.codes(version.number, $0).prefix(2) }
        try append(
            ShardDocument(
                path: Array(name.utf8), size: start, modified: Int64(version.number) * 1_000_000_000,
                content: SHA256Digest(of: Array("\(version.number)".utf8)),
                key: SHA256Digest(of: Array("\(name) \(version.number)".utf8)), claim: claim.text,
                metadata: #"{"version":\#(version.number)}"#),
            passages: passages, codes: codes, signs: signs, terms: terms)
    }
}

extension LivingIndex {
    /// What is wrong with the index, compared with the model; nothing is left out.
    func faults() throws -> [String] {
        var faults: [String] = []
        let snapshot = try Snapshot.open(directory)
        var found: [String: Version] = [:]
        for shard in snapshot.shards {
            var rows = try RowReader(shard.reader)
            let whales = try shard.reader.terms?.rows(withAll: [Array("whale".utf8)])
            for number in 0..<shard.reader.documentCount {
                let stored = try rows.document(number)
                guard shard.isLive(stored.rows.lowerBound) else { continue }
                let name = String(decoding: stored.document.path, as: UTF8.self)
                let version = Int(stored.document.modified / 1_000_000_000)
                if found[name] != nil { faults.append("\(name) lives twice") }
                let texts = try stored.rows.map { row in
                    let passage = try rows.passage(ofRow: row)
                    let text = String(decoding: try rows.text(of: passage), as: UTF8.self)
                    faults += try self.faults(passage, row, of: stored, version, text, whales, in: shard.reader)
                    return text
                }
                found[name] = Version(name: name, number: version)
                if texts != found[name]?.texts { faults.append("\(name) has other texts") }
            }
        }
        let expected = expected
        for (name, version) in expected where found[name] != version {
            faults.append("\(name) is \(found[name].map { "\($0.number)" } ?? "missing"), not \(version.number)")
        }
        for name in found.keys where expected[name] == nil { faults.append("\(name) is back") }
        return faults + (try IndexVerifier.verify(directory).findings.map(\.description))
    }

    private func faults(
        _ passage: StoredPassage, _ row: Int, of stored: StoredDocument, _ version: Int, _ text: String,
        _ whales: RowBitset?, in reader: ShardReader
    ) throws -> [String] {
        var faults: [String] = []
        let place = row - stored.rows.lowerBound
        let code = reader.code(ofRow: row)
        if code.copiedBytes(0..<code.byteCount) != Self.codes(version, place) {
            faults.append("row \(row) has other codes")
        }
        if passage.ordinal != place || passage.isTruncated != (place == 3) || passage.byteRange.count != text.utf8.count
            || passage.lineRange != place + 1...place + 1
        {
            faults.append("row \(row) has another passage: \(passage)")
        }
        let signs = reader.block(row / (reader.layout(of: .signs)?.rowsPerBlock ?? 1), of: .signs)
        let start = row % (reader.layout(of: .signs)?.rowsPerBlock ?? 1) * 2
        if signs.copiedBytes(start..<start + 2) != Array(Self.codes(version, place).prefix(2)) {
            faults.append("row \(row) has other signs")
        }
        guard let terms = reader.terms else { return hasTerms ? faults + ["no terms"] : faults }
        let word = "secret\(version)x\(place)"
        let rows = try terms.postings(of: Array(word.utf8)).map { try terms.rows(of: $0) }
        if rows != [row] { faults.append("\(word) stands in \(String(describing: rows)), not in row \(row)") }
        if whales?.contains(row) != text.contains("whale") { faults.append("row \(row) is listed wrongly") }
        if try terms.wordCount(ofRow: row) != text.split(separator: " ").count {
            faults.append("row \(row) has another length")
        }
        return faults
    }

    /// The files in whose bytes, decompressed where they are shards, one of some words stands.
    func files(holdingAnyOf words: [String]) throws -> [String] {
        let folder = try OpenDirectory(directory)
        return try folder.entries().map(\.name.string).filter { name in
            var bytes = Data(try folder.contents(of: FilePath(name)))
            if name.hasSuffix(".zst") {
                let reader = try ShardReader(FilePath(name), in: folder)
                var rows = try RowReader(reader)
                for row in 0..<reader.rowCount { bytes += try rows.text(of: try rows.passage(ofRow: row)) + [0] }
            }
            return words.contains { bytes.range(of: Data($0.utf8)) != nil }
        }
    }
}

extension MaintainedIndex {
    /// Compacts, for tests that do not ask what became of unnamed files.
    func compact(
        _ effort: CompactionPolicy.Effort, reserve: Int, claims: @escaping @Sendable () throws -> Set<String>?,
        report: (Compactor.Report) throws -> Void
    ) throws -> Compactor.Outcome {
        var leftovers = Leftovers()
        return try compact(effort, reserve: reserve, claims: claims, leftovers: &leftovers, report: report)
    }
}
