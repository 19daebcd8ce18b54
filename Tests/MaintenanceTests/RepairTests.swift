import Foundation
import Identity
import Maintenance
import Platform
import Shards
import SystemPackage
import TestSupport
import Testing

/// `VECTORSPOOL_REPAIR_TRIALS` sets how many bits are flipped.
@Suite("Repair of a damaged index")
struct RepairTests {
    private static let trials =
        ProcessInfo.processInfo.environment["VECTORSPOOL_REPAIR_TRIALS"].flatMap { Int($0) } ?? 120

    /// An index with all sections, tombstones and records of forgotten documents.
    private func sample(_ scratch: FilePath) throws -> LivingIndex {
        try Directory.create(scratch)
        let index = try LivingIndex(in: scratch, seed: 31)
        for _ in 0..<4 { try index.put(index.draw(6, of: 14)) }
        try index.forget(["d1", "d2"])
        return index
    }

    @Test("every flipped bit is found, and what is sound is searched after", .timeLimit(.minutes(60)))
    func flips() throws {
        let scratch = try ScratchDirectory()
        let index = try sample(scratch.path.appending("sample"))
        let source = index.directory
        let records = try ForgottenDocuments.ofIndex(source)
        let names = try Directory.entries(of: source).map(\.name)
        let sizes = try names.map { try FileStatus.of(source.appending($0)).size }
        var generator = SeededGenerator(seed: .random(in: .min ... .max))
        for trial in 0..<Self.trials {
            let copy = scratch.path.appending("copy")
            try Directory.copyTree(source, to: copy)
            defer { try? Directory.removeTree(copy) }
            let file = Int.random(in: names.indices, using: &generator)
            let bit = Int.random(in: 0..<8 * max(sizes[file], 1), using: &generator)
            let path = copy.appending(names[file])
            var bytes = try FileContents.read(path)
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            try AtomicFile.replaceVolatile(bytes, at: path)
            let told = "trial \(trial), bit \(bit) of \(names[file].string), \(generator)"
            #expect(try !IndexVerifier.verify(copy).isSound, "\(told)")
            do {
                let report = try IndexRepair.repair(copy, forgotten: records, at: index.now)
                let after = try IndexVerifier.verify(copy)
                #expect(after.isSound, "\(told): \(after.findings)")
                try check(copy, against: index, report, told)
            } catch {
                Issue.record("\(told): \(error)")
            }
        }
    }

    /// What lives is right, and what does not is told.
    private func check(_ repaired: FilePath, against index: LivingIndex, _ report: IndexRepair.Report, _ told: String)
        throws
    {
        var live: Set<String> = []
        for shard in try Snapshot.open(repaired).shards {
            var rows = try RowReader(shard.reader)
            for number in 0..<shard.reader.documentCount {
                let stored = try rows.document(number)
                guard shard.isLive(stored.rows.lowerBound) else { continue }
                let name = stored.document.identifier.displayName
                #expect(live.insert(name).inserted, "\(told): \(name) lives twice")
                let version = LivingIndex.Version(name: name, number: Int(stored.document.modified / 1_000_000_000))
                let texts = try stored.rows.map {
                    String(decoding: try rows.text(of: try rows.passage(ofRow: $0)), as: UTF8.self)
                }
                #expect(texts == version.texts, "\(told): \(name)")
                #expect(!index.forgotten.contains(name), "\(told): \(name) is back")
            }
        }
        let lost = Set(report.lost.map(\.document.identifier.displayName))
        for name in index.expected.keys where !live.contains(name) {
            #expect(lost.contains(name) || report.unreadableShards > 0, "\(told): \(name) is lost without a word")
        }
        #expect(lost.isDisjoint(with: live), "\(told)")
        #expect(report.generation == (try Snapshot.open(repaired).manifest.generation), "\(told)")
    }

    @Test("a lost newest manifest is made of the one before and of the shards that it did not list")
    func lostManifest() throws {
        let scratch = try ScratchDirectory()
        let index = try sample(scratch.path.appending("sample"))
        try index.put(["late"])
        let newest = try Snapshot.open(index.directory).manifest.generation
        try Directory.removeFile(index.directory.appending("manifest-\(newest).json"))
        #expect(try !IndexVerifier.verify(index.directory).isSound)
        let report = try IndexRepair.repair(index.directory, forgotten: nil, at: index.now)
        #expect(report.adoptedShards == 1 && report.generation == newest + 1 && report.lost.isEmpty)
        let faults = try index.faults()
        #expect(faults == [])
    }

    @Test("a missing shard, and all of them, leave an index that goes on")
    func missingShards() throws {
        let scratch = try ScratchDirectory()
        let index = try sample(scratch.path.appending("sample"))
        let shards = try Snapshot.open(index.directory).manifest.shards.map(\.name.fileName)
        for name in shards {
            try Directory.removeFile(index.directory.appending(name))
            _ = try IndexRepair.repair(index.directory, forgotten: nil, at: index.now)
            #expect(try IndexVerifier.verify(index.directory).isSound)
        }
        #expect(try Snapshot.open(index.directory).liveRowCount == 0)
        try index.put(["new"])
        #expect(try Snapshot.open(index.directory).manifest.documents == 1)
    }
}
