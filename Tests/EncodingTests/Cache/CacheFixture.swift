import Encoding
import Foundation
import Platform
import SystemPackage
import TestSupport
import Testing

/// A separate model with a separate cache, in a scratch directory.
struct CacheFixture {
    let scratch: ScratchDirectory
    let model: FilePath
    let cache: WeightsCache
    static let sequences: [[Int32]] = [[2, 7, 9, 3], [2, 11, 3], [2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 3]]

    /// Makes the fixture; when `isSettled`, a newly written file such as the copy of the model counts as settled.
    init(isSettled: Bool = true, folder: String = "cache/vectorspool") throws {
        scratch = try ScratchDirectory()
        model = scratch.path.appending("model")
        try Directory.copyTree(ModelFixture.tiny("mean-40"), to: model)
        let directory = scratch.path.pushing(FilePath(folder))
        // The clock of the file system may lag behind, but it is never ahead.
        cache = isSettled ? WeightsCache(directory, settleNanoseconds: 0) : WeightsCache(directory)
    }

    var weights: FilePath { model.appending("model.safetensors") }

    func load(_ compute: Compute = .float32) throws -> SentenceModel {
        try SentenceModel(model, compute: compute, cache: cache)
    }

    /// The vectors after loading with the cache.
    func vectors(_ compute: Compute = .float32) async throws -> [Float] {
        try await Self.vectors(load(compute))
    }

    /// The vectors after loading without the cache.
    func uncachedVectors(_ compute: Compute = .float32) async throws -> [Float] {
        try await Self.vectors(SentenceModel(model, compute: compute))
    }

    static func vectors(_ model: SentenceModel) async throws -> [Float] {
        try await EncoderPool.with(model, workers: 1) { try await $0.encode(sequences).values }
    }

    /// The names in the cache; none while the folder does not exist.
    var names: [String] {
        ((try? Directory.entries(of: cache.directory)) ?? []).map(\.name.string)
    }

    /// The only file with this ending.
    func file(_ ending: String) throws -> FilePath {
        let found = names.filter { $0.hasSuffix(ending) }
        try #require(found.count == 1, "\(names)")
        return cache.directory.appending(found[0])
    }

    /// Changes a file's bytes in place.
    static func change(_ path: FilePath, _ body: (inout [UInt8]) -> Void) throws {
        var bytes = try FileContents.read(path)
        body(&bytes)
        try Data(bytes).write(to: URL(filePath: path.string), options: [])
    }

    static func setAge(_ path: FilePath, days: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -days * 86_400)], ofItemAtPath: path.string)
    }

    /// Writes the checksum that the format requires, over everything but the last 8 bytes.
    static func sign(_ bytes: inout [UInt8]) {
        bytes.removeLast(8)
        bytes.append(littleEndian: XXH64.digest(of: bytes.rawSpan))
    }
}
