import Encoding
import Foundation
import Platform
import SystemPackage
import Testing

@Suite struct FingerprintRecordTests {
    @Test func isWhatHashingGives() throws {
        let fixture = try CacheFixture()
        let expected = SHA256Digest(of: try FileContents.read(fixture.weights))
        for _ in 0..<2 { #expect(try fixture.load().fingerprint() == expected) }
        #expect(try SentenceModel(fixture.model, compute: .float32).fingerprint() == expected)
    }

    @Test func isReadInPlaceOfHashing() throws {
        let fixture = try CacheFixture()
        _ = try fixture.load()
        let digest = [UInt8](repeating: 7, count: 32)
        try CacheFixture.change(fixture.file(".record")) { bytes in
            bytes.replaceSubrange(56..<88, with: digest)
            CacheFixture.sign(&bytes)
        }
        #expect(try fixture.load().fingerprint().bytes == digest)
    }

    @Test("damage", arguments: [0, 8, 16, 24, 32, 40, 48, 56, 87, 88, 95, nil, -1] as [Int?])
    func damagedRecordIsMadeAgain(_ place: Int?) throws {
        let fixture = try CacheFixture()
        let expected = try fixture.load().fingerprint()
        let file = try fixture.file(".record")
        let whole = try FileContents.read(file)
        try CacheFixture.change(file) { bytes in
            switch place {
            case nil: bytes = []
            case -1: bytes.append(0)
            case let place?: bytes[place] ^= 1
            }
        }
        #expect(try fixture.load().fingerprint() == expected)
        #expect(try FileContents.read(file) == whole)
    }

    @Test("a model changed in place, with the same size and time")
    func changedModelIsHashedAgain() async throws {
        let fixture = try CacheFixture()
        let old = try fixture.load().fingerprint()
        let before = try FileStatus.of(fixture.weights)
        let time = try FileManager.default.attributesOfItem(atPath: fixture.weights.string)[.modificationDate]
        // Wait until the file system's clock has ticked, which takes some milliseconds, because this test's cache does
        // not wait.
        repeat {
            // The last float of the file.
            try CacheFixture.change(fixture.weights) { $0[$0.count - 2] ^= 1 }
            try FileManager.default.setAttributes(
                [.modificationDate: try #require(time)], ofItemAtPath: fixture.weights.string)
        } while try FileStatus.of(fixture.weights).changed == before.changed
        // An odd number of flips.
        if SHA256Digest(of: try FileContents.read(fixture.weights)) == old {
            try CacheFixture.change(fixture.weights) { $0[$0.count - 2] ^= 1 }
        }
        let after = try FileStatus.of(fixture.weights)
        #expect(after.inode == before.inode && after.size == before.size)
        let model = try fixture.load()
        #expect(model.fingerprint() != old)
        #expect(model.fingerprint() == SHA256Digest(of: try FileContents.read(fixture.weights)))
        #expect(try await CacheFixture.vectors(model) == fixture.uncachedVectors())
        // One record for the file, whatever it was before; prepared weights of both versions.
        #expect(fixture.names.count == 3, "\(fixture.names)")
    }
}
