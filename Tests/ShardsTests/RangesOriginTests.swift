import Foundation
import Identity
import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport
import Testing

@Suite("The origin of ranges")
struct RangesOriginTests {
    @Test(
        "is read as far as it is recorded",
        arguments: [
            (
                #"{"origin": "a", "passages": 7, "margin": 0.1, "more": [1]}"#,
                RangesOrigin(origin: "a", passages: 7, margin: 0.1)
            ),
            (#"{"origin": "a"}"#, RangesOrigin(origin: "a", passages: nil, margin: nil)),
            (#"{"origin": "a", "passages": "7"}"#, RangesOrigin(origin: "a", passages: nil, margin: nil)),
            (#"{"passages": 7}"#, nil), ("{", nil), ("", nil),
        ])
    func reading(json: String, expected: RangesOrigin?) throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path.appending("ranges.json")
        #expect(RangesOrigin.read(path) == nil)
        try AtomicFile.replaceVolatile(Array(json.utf8), at: path)
        #expect(RangesOrigin.read(path) == expected)
    }

    @Test(
        "is summarized in a sentence",
        arguments: [
            (
                RangesOrigin(origin: "these", passages: 7, margin: 0.1),
                "these, made from 7 passages with a margin of 0.1"
            ),
            (
                RangesOrigin(origin: "x.npy", passages: nil, margin: nil),
                "x.npy, made from an unknown number of passages"
            ),
        ])
    func summary(origin: RangesOrigin, expected: String) {
        #expect(origin.summary == expected)
    }

    @Test("the shipped ranges name their origin")
    func shipped() throws {
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = source.appending(path: "etc/ranges/all-MiniLM-L6-v2.json").path
        let origin = try #require(RangesOrigin.read(FilePath(path)))
        #expect(origin.passages == 30_000)
        #expect(origin.margin == 0.1)
    }

    @Test("an index records it")
    func index() throws {
        let scratch = try ScratchDirectory()
        let directory = scratch.path.appending("index")
        let description = Array(#"{"origin":"here","passages":120}"#.utf8)
        let ranges = RangesFile(array: try SampleIndex.ranges().array, description: description)
        let identity = IndexIdentity(
            model: ModelIdentity(
                name: "sample", dimension: 8, weights: SampleIndex.digest("model"),
                encoder: SampleIndex.digest("encoder"), compute: "float32"),
            precision: .int8, ranges: nil)
        _ = try IndexStore.create(
            at: directory, identity: identity, ranges: ranges, passages: [:], time: SampleIndex.time)
        let origin = try #require(RangesOrigin.ofIndex(directory))
        #expect(origin.origin == "here")
        #expect(origin.passages == 120)
    }
}
