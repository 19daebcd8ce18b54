import Foundation
import Maintenance
import Platform
import Shards
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// A long life in short time: documents come in random order, a third is replaced, a tenth forgotten, while readers read without pause.
///
/// `VECTORSPOOL_LIFE_DOCUMENTS` sets the number of documents; `make test-life` lives with 200,000.
@Suite("A long life")
struct LongLifeTests {
    private static let documents =
        ProcessInfo.processInfo.environment["VECTORSPOOL_LIFE_DOCUMENTS"].flatMap { Int($0) } ?? 3_000
    private static let batch = 100

    @Test(
        "few shards, few manifests, every document once, nothing forgotten, readers that never fail",
        .timeLimit(.minutes(60)))
    func life() throws {
        let scratch = try ScratchDirectory()
        let index = try LivingIndex(in: scratch.path, seed: 2_026)
        let readers = Readers(of: index.directory)
        readers.start()
        var compactor = Compactor(index.directory, reserve: 0, committing: index) { [] }
        var written = 0
        func compact(_ effort: CompactionPolicy.Effort) throws {
            while case .replaced(let report) = try compactor.step(effort, now: index.now) {
                written += report.bytesWritten
            }
        }
        var order = (0..<Self.documents).map { "d\($0)" }
        var generator = SeededGenerator(seed: 2_027)
        order.shuffle(using: &generator)
        // A third comes a second time, anywhere later.
        order += order.prefix(Self.documents / 3).shuffled(using: &generator)
        var words: [String] = []
        for first in stride(from: 0, to: order.count, by: Self.batch) {
            let names = Array(Set(order[first..<min(first + Self.batch, order.count)])).sorted()
            try index.put(names)
            let share = names.prefix(Self.batch / 13)
            if first % (2 * Self.batch) == 0 {
                words += share.compactMap { index.expected[$0] }.map { "secret\($0.number)x0" }
                try index.forget(Array(share))
            }
            try compact(.busy)
            if first % (50 * Self.batch) == 0 {
                try compact(.resting)
                try index.garbage.collect(now: Date(), grace: 0)
            }
        }
        try compact(.resting)
        #expect(index.shardCount <= 20)
        let maintained = try MaintainedIndex(index.directory)
        _ = try maintained.compact(.purge, reserve: 0, claims: { [] }) { written += $0.bytesWritten }
        try index.garbage.collect(now: Date(), grace: 0)
        readers.stop()
        let peak = Self.peakMemory
        #expect(readers.failures == [])
        #expect(readers.rounds > 0)
        let names = try OpenDirectory(index.directory).entries().map(\.name.string)
        let manifest = maintained.manifest
        #expect(names.filter { $0.hasPrefix("manifest-") }.count <= 3)
        let unnamed = Set(names.filter { $0.hasPrefix("shard-") }).subtracting(manifest.fileNames)
        #expect(unnamed.isEmpty)
        let faults = try index.faults()
        #expect(faults.isEmpty, "\(faults.prefix(5))")
        #expect(index.expected.count == manifest.documents)
        #expect(try index.files(holdingAnyOf: Array(words.prefix(200))) == [])
        let total = Double(written + index.bytesIngested) / Double(index.bytesIngested)
        #expect(total <= 8, "\(total) times the bytes ingested were written")
        print(
            "long life of \(Self.documents) documents: \(manifest.shards.count) shards, \(manifest.generation) generations, "
                + "\(total) times the bytes ingested written, \(readers.rounds) readings, \(peak)")
    }
}

extension LongLifeTests {
    /// The most memory of this process so far.
    private static var peakMemory: String {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        return String(status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? "")
    }
}

/// Opens the index and reads some of its rows, again and again.
private final class Readers: Sendable {
    private let directory: FilePath
    private let state = Mutex((isStopped: false, rounds: 0, failures: [String]()))

    init(of directory: FilePath) { self.directory = directory }

    /// Begins on a thread of its own.
    func start() { Thread.detachNewThread { self.run() } }

    /// Ends after the round at hand, which is the first at least, and waits for it.
    func stop() {
        state.withLock { $0.isStopped = true }
        ended.wait()
    }

    private let ended = DispatchSemaphore(value: 0)
    var rounds: Int { state.withLock { $0.rounds } }
    var failures: [String] { state.withLock { $0.failures } }

    private func run() {
        defer { ended.signal() }
        while state.withLock({ !$0.isStopped || $0.rounds == 0 }) {
            do {
                try read()
            } catch {
                return state.withLock { $0.failures.append("\(error)") }
            }
            state.withLock { $0.rounds += 1 }
        }
    }

    /// Opens the newest generation and reads a row of each shard, the last ones after some time.
    private func read() throws {
        let snapshot = try Snapshot.open(directory)
        for shard in snapshot.shards {
            var rows = try RowReader(shard.reader)
            for row in [0, shard.reader.rowCount / 2, shard.reader.rowCount - 1] {
                _ = try rows.text(of: try rows.passage(ofRow: row))
                _ = try shard.reader.terms?.postings(of: Array("whale".utf8))
            }
        }
    }
}
