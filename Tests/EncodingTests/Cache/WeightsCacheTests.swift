import Encoding
import Foundation
import Platform
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite struct WeightsCacheTests {
    @Test("the same vectors with and without it", arguments: ["cls-48", "mean-40", "mean-128"], Compute.supported)
    func vectorsAreTheSame(_ name: String, _ compute: Compute) async throws {
        let fixture = try CacheFixture()
        let folder = ModelFixture.tiny(name)
        let expected = try await CacheFixture.vectors(SentenceModel(folder, compute: compute))
        for _ in 0..<2 {
            let model = try SentenceModel(folder, compute: compute, cache: fixture.cache)
            #expect(try await CacheFixture.vectors(model) == expected)
        }
        #expect(fixture.names.count == 2, "\(fixture.names)")
    }

    @Test func eachComputeHasAFileAndTheyShareTheRecord() async throws {
        let fixture = try CacheFixture()
        for compute in Compute.supported { _ = try fixture.load(compute) }
        for compute in Compute.supported { _ = try fixture.file("-\(compute.rawValue)-", isInside: true) }
        _ = try fixture.file(".record")
        #expect(fixture.names.count == Compute.supported.count + 1)
    }

    @Test func theFileIsReadAndNotRewritten() async throws {
        let fixture = try CacheFixture()
        let expected = try await fixture.vectors()
        let file = try fixture.file(".prepared")
        // Another first position under a correct checksum, which only a reader can notice.
        try CacheFixture.change(file) { bytes in
            let positions = bytes.rawSpan.littleEndian(UInt64.self, at: 64 + 48) ?? 0
            bytes[Int(positions) + 3] ^= 0x40
            CacheFixture.sign(&bytes)
        }
        let status = try FileStatus.of(file)
        #expect(try await fixture.vectors() != expected)
        #expect(try FileStatus.of(file) == status)
    }

    @Test func arraysAreAligned() async throws {
        let fixture = try CacheFixture()
        _ = try fixture.load()
        let bytes = try FileContents.read(fixture.file(".prepared"))
        let written = bytes.rawSpan.littleEndian(UInt32.self, at: 12)
        let count = try #require(written)
        // Positions, the first norm's two, and 12 for each layer.
        #expect(count == 3 + 12 * UInt32(try fixture.load().folder.configuration.layers))
        for entry in 1...Int(count) {
            let offset = bytes.rawSpan.littleEndian(UInt64.self, at: entry * 64 + 48)
            #expect(offset.map { $0 % 64 } == 0)
        }
    }

    @Test func anotherConfigurationOfTheSameWeightsIsAnotherFile() async throws {
        let fixture = try CacheFixture()
        _ = try fixture.load()
        let path = fixture.model.appending("config.json")
        let heads = try fixture.load().folder.configuration.heads
        let text = String(decoding: try FileContents.read(path), as: UTF8.self)
        let changed = text.replacing("\"num_attention_heads\": \(heads)", with: "\"num_attention_heads\": 1")
        try #require(changed != text)
        try AtomicFile.replaceVolatile(Array(changed.utf8), at: path)
        let expected = try await fixture.uncachedVectors()
        #expect(try await fixture.vectors() == expected)
        #expect(fixture.names.filter { $0.hasSuffix(".prepared") }.count == 2)
    }

    @Test(.enabled(if: Compute.int8.isSupported))
    func int8DependsOnWhatItIsCalibratedWith() async throws {
        let fixture = try CacheFixture()
        _ = try fixture.load(.int8)
        let path = fixture.model.appending("config.json")
        let text = String(decoding: try FileContents.read(path), as: UTF8.self)
        let changed = text.replacing(/"layer_norm_eps": [^,\n}]*/, with: "\"layer_norm_eps\": 0.1")
        try #require(changed != text)
        try AtomicFile.replaceVolatile(Array(changed.utf8), at: path)
        let expected = try await fixture.uncachedVectors(.int8)
        #expect(try await fixture.vectors(.int8) == expected)
        #expect(fixture.names.filter { $0.hasSuffix(".prepared") }.count == 2)
    }

    @Test func manyBuildersAtOnce() async throws {
        let fixture = try CacheFixture()
        let expected = try await fixture.uncachedVectors()
        try await withThrowingTaskGroup(of: [Float].self) { group in
            for _ in 0..<8 { group.addTask { try await fixture.vectors() } }
            for try await vectors in group { #expect(vectors == expected) }
        }
        #expect(fixture.names.count == 2, "\(fixture.names)")
        #expect(try await fixture.vectors() == expected)
    }

    @Test("a folder that cannot be made or must not be trusted")
    func unusableFolders() async throws {
        let fixture = try CacheFixture(folder: "file/cache")
        try AtomicFile.replaceVolatile([1], at: fixture.scratch.path.appending("file"))
        let expected = try await fixture.uncachedVectors()
        #expect(try await fixture.vectors() == expected)
        let open = try CacheFixture(folder: "open")
        try Directory.create(open.cache.directory)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o777], ofItemAtPath: open.cache.directory.string)
        #expect(try await open.vectors() == expected)
        #expect(open.names.isEmpty)
    }

    @Test("a folder full of foreign files")
    func unwritableNames() async throws {
        let fixture = try CacheFixture()
        let expected = try await fixture.vectors()
        let file = try fixture.file(".prepared")
        try Directory.removeFile(file)
        try Directory.create(file)
        #expect(try await fixture.vectors() == expected)
        #expect(try FileStatus.of(file).kind == .directory)
    }

    @Test("a folder that may only be read")
    func readOnlyFolder() async throws {
        let fixture = try CacheFixture(folder: "cache")
        try Directory.create(fixture.cache.directory)
        let expected = try await fixture.uncachedVectors()
        // Permissions would not hold root back; what is new begins with a dot until it is whole.
        let refusals = Mutex(0)
        let plan = FaultPlan(below: fixture.cache.directory, of: [.open]) { _, _, path in
            guard path.lastComponent?.string.hasPrefix(".") == true else { return .none }
            refusals.withLock { $0 += 1 }
            return .fail(.permissionDenied)
        }
        plan.arm()
        defer { plan.disarm() }
        #expect(try await fixture.vectors() == expected)
        #expect(refusals.withLock { $0 } > 0)
        #expect(fixture.names.isEmpty)
    }

    @Test func aModelWrittenJustNowIsNotRecorded() async throws {
        let fixture = try CacheFixture(isSettled: false)
        #expect(try await fixture.vectors() == fixture.uncachedVectors())
        #expect(!FileStatus.exists(fixture.cache.directory))
    }

    @Test func whatIsOutOfUseIsRemovedWhenSomethingIsAdded() async throws {
        let fixture = try CacheFixture(folder: "cache")
        let ages: [(String, Double, Bool)] = [
            ("weights-0-float32-0.prepared", 91, false), ("weights-1-float32-0.prepared", 89, true),
            ("fingerprint-0-0.record", 91, false), ("fingerprint-0-1.record", 1, true),
            (".weights-0-float32-0.prepared.1.x.tmp", 1.1, false), (".weights-0-float32-0.prepared.2.x.tmp", 0.5, true),
            ("notes.txt", 1000, true),
        ]
        try Directory.create(fixture.cache.directory)
        for (name, days, _) in ages {
            let path = fixture.cache.directory.appending(name)
            try AtomicFile.replaceVolatile([], at: path)
            try CacheFixture.setAge(path, days: days)
        }
        _ = try fixture.load()
        let names = Set(fixture.names)
        for (name, _, stays) in ages { #expect(names.contains(name) == stays, "\(name)") }
    }

    @Test func useIsNoted() async throws {
        let fixture = try CacheFixture()
        _ = try fixture.load()
        let file = try fixture.file(".prepared")
        try CacheFixture.setAge(file, days: 80)
        let before = try FileStatus.of(file)
        _ = try fixture.load()
        let after = try FileStatus.of(file)
        #expect(after.inode == before.inode)
        #expect(after.modified > before.modified + 79 * 86_400_000_000_000)
    }

    @Test(
        arguments: [
            (["VECTORSPOOL_CACHE": "/a", "CACHE_DIRECTORY": "/b", "HOME": "/h"], "/a"),
            (["VECTORSPOOL_CACHE": "relative", "CACHE_DIRECTORY": "/b:/c", "HOME": "/h"], "/b"),
            (["XDG_CACHE_HOME": "/x", "HOME": "/h"], "/x/vectorspool"),
            (["XDG_CACHE_HOME": "x", "HOME": "/h"], "/h/.cache/vectorspool"),
            (["HOME": "/h"], "/h/.cache/vectorspool"),
            (["HOME": "."], nil),
            ([:], nil),
        ] as [([String: String], String?)])
    func folder(_ environment: [String: String], _ expected: String?) {
        #expect(WeightsCache.directory { environment[$0] }?.string == expected)
    }
}

extension CacheFixture {
    /// The only file with `part` in its name.
    fileprivate func file(_ part: String, isInside: Bool) throws -> FilePath {
        let found = names.filter { $0.contains(part) }
        try #require(found.count == 1, "\(names)")
        return cache.directory.appending(found[0])
    }
}
