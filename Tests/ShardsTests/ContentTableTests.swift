import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport
import Testing

/// Documents are found by their contents, dead or alive.
@Suite struct ContentTableTests {
    @Test("the newest document with the contents is found, after commits and after opening again", arguments: 1...3)
    func newest(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let scratch = try ScratchDirectory()
        let directory = scratch.path.appending("index")
        var store = try SampleIndex.create(.float32, at: directory)
        var newest: [String: (shard: ShardName, document: Int)] = [:]
        for number in 1...8 {
            let contents = (0..<20).map { _ in "content \(UInt8.random(in: 0..<60, using: &generator))" }
            let samples = contents.enumerated().map { place, content in
                // Some replace an earlier document, whose rows die.
                SampleIndex.document(
                    "\(UInt8.random(in: 0..<9, using: &generator))-\(place)", claim: "c", text: content)
            }
            let receipt = try SampleIndex.shard(samples, number: UInt64(number), for: store)
            try store.commit(IndexChanges(shards: [receipt]), at: SampleIndex.time)
            for (place, content) in contents.enumerated() { newest[content] = (receipt.name, place) }
        }
        #expect(store.manifest.documents < 160, "nothing was replaced")
        for opened in [store, try IndexStore.open(directory)] {
            for (content, expected) in newest {
                let found = try #require(opened.place(of: SampleIndex.digest(content)))
                #expect(found.shard == expected.shard && found.document == expected.document)
            }
            #expect(opened.place(of: SampleIndex.digest("content 60")) == nil)
        }
    }
}
