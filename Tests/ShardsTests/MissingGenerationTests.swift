import Foundation
import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport
import Testing

/// An index without its newest manifest looks intact; the file `generation` and the numbers reveal the loss.
@Suite("A missing generation")
struct MissingGenerationTests {
    private let scratch: ScratchDirectory
    private var directory: FilePath { scratch.path.appending("index") }
    private var mark: FilePath { directory.appending("generation") }

    /// Five generations, of which 3, 4 and 5 are kept.
    init() throws {
        scratch = try ScratchDirectory()
        var store = try SampleIndex.create(.float32, at: directory)
        for number in 1...4 as ClosedRange<UInt64> {
            let shard = try SampleIndex.shard(
                [SampleIndex.document("d\(number)", claim: "c\(number)", text: "text")], number: number, for: store)
            try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        }
    }

    private func manifest(_ generation: Int) -> FilePath { directory.appending("manifest-\(generation).json") }

    private func findings() throws -> [String] {
        try IndexVerifier.verify(directory).findings.map(\.file)
    }

    @Test("the newest one: readers warn, writers refuse with advice, verify finds it, garbage waits")
    func newest() throws {
        let store = try IndexStore.open(directory)
        try Directory.removeFile(manifest(5))
        #expect(try findings() == ["manifest-5.json"])
        let snapshot = try Snapshot.open(directory)
        #expect(snapshot.manifest.generation == 4)
        #expect(snapshot.damage.map(\.path) == [manifest(5)])
        #expect(snapshot.damage.first?.message.contains("missing") == true)
        let error = #expect(throws: ShardsError.self) { try IndexStore.open(directory) }
        #expect(error?.code == .corrupt)
        for word in ["restore", "generation 4", "'generation'"] { #expect(error?.message.contains(word) == true) }
        // Only the shard of the lost generation remains of it.
        #expect(try store.garbage.collect(now: Date(), grace: -10).isEmpty)
        // To go back, the mark must be removed.
        try Directory.removeFile(mark)
        #expect(try IndexStore.open(directory).manifest.generation == 4)
        #expect(try findings() == [])
    }

    @Test("a gap between others is found", arguments: [[4], [3, 4]])
    func gap(_ generations: [Int]) throws {
        for generation in generations { try Directory.removeFile(manifest(generation)) }
        // Without an older one, the gap is invisible.
        #expect(try findings() == (generations == [4] ? ["manifest-4.json"] : []))
        #expect(try Snapshot.open(directory).damage.isEmpty)
        #expect(try IndexStore.open(directory).manifest.generation == 5)
    }

    @Test("all of them: it remains an index, and no new one replaces it")
    func all() throws {
        for generation in 3...5 { try Directory.removeFile(manifest(generation)) }
        #expect(try IndexStore.exists(at: directory))
        #expect(throws: ShardsError.self) { try SampleIndex.create(.float32, at: directory) }
        for error in [
            #expect(throws: ShardsError.self) { try Snapshot.open(directory) },
            #expect(throws: ShardsError.self) { try IndexStore.open(directory) },
            #expect(throws: ShardsError.self) { try IndexVerifier.verify(directory) },
        ] { #expect(error?.code == .corrupt) }
    }

    @Test(
        "an absent, old or damaged mark is ignored, and the last is a finding of the verifier",
        arguments: [nil, "", "9", "9\n", "9 0000000000000000\n", "4", "\u{0}", String(repeating: "9", count: 1_000)])
    func uselessMark(_ text: String?) throws {
        let old = try FileContents.read(mark)
        if let text {
            try AtomicFile.replaceVolatile(Array(text.utf8), at: mark)
        } else {
            try Directory.removeFile(mark)
        }
        #expect(try Snapshot.open(directory).damage.isEmpty)
        let isDamaged = text != nil
        #expect(try findings().isEmpty == !isDamaged)
        #expect(try IndexStore.open(directory).manifest.generation == 5)
        #expect(try FileContents.read(mark) == old, "a writer makes it anew")
    }

    @Test("a mark with any flipped bit is ignored")
    func flippedBits() throws {
        let bytes = try FileContents.read(mark)
        for offset in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[offset] ^= UInt8(1 << bit)
                try AtomicFile.replaceVolatile(damaged, at: mark)
                #expect(try Snapshot.open(directory).damage.isEmpty)
            }
        }
    }
}
