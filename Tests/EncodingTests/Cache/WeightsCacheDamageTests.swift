import Encoding
import Foundation
import Platform
import SystemPackage
import TestSupport
import Testing

/// Whatever replaces prepared weights, the vectors are correct and the file is intact again afterwards.
@Suite struct WeightsCacheDamageTests {
    /// The damage to a file of prepared weights.
    enum Damage: CaseIterable {
        case empty, tag, version, count, size, reserved, identity, table, body, padding, trailer
        case lastByteMissing, halfMissing, byteAdded, trailerAlone
        case groupWritable, link
        // With a correct checksum.
        case outOfBounds, misaligned, overflowing, renamed, manyEntries, otherIdentity

        func apply(to file: FilePath) throws {
            switch self {
            case .groupWritable:
                try FileManager.default.setAttributes([.posixPermissions: 0o664], ofItemAtPath: file.string)
            case .link:
                let target = file.string + ".target"
                try FileManager.default.moveItem(atPath: file.string, toPath: target)
                try SpecialFiles.makeLink(to: target, at: file)
            default:
                try CacheFixture.change(file, change)
            }
        }

        private func change(_ bytes: inout [UInt8]) {
            let offset = Int(bytes.rawSpan.littleEndian(UInt64.self, at: 64 + 48) ?? 0)
            switch self {
            case .empty: bytes = []
            case .tag: bytes[0] ^= 1
            case .version: bytes[8] ^= 2
            case .count: bytes[12] ^= 1
            case .size: bytes[16] ^= 1
            case .reserved: bytes[24] ^= 1
            case .identity: bytes[63] ^= 1
            case .table: bytes[64] ^= 1
            case .body: bytes[offset + 5] ^= 1
            case .padding: bytes[bytes.count - 9] ^= 1
            case .trailer: bytes[bytes.count - 1] ^= 1
            case .lastByteMissing: bytes.removeLast()
            case .halfMissing: bytes.removeLast(bytes.count / 2)
            case .byteAdded: bytes.append(0)
            case .trailerAlone: bytes.removeFirst(bytes.count - 8)
            case .outOfBounds: signing(&bytes) { $0[64 + 48 + 4] = 1 }
            case .misaligned: signing(&bytes) { $0[64 + 48] ^= 4 }
            case .overflowing:
                signing(&bytes) { $0.replaceSubrange(112..<128, with: repeatElement(0xFF, count: 16)) }
            case .renamed: signing(&bytes) { $0[64] ^= 1 }
            case .manyEntries: signing(&bytes) { $0.replaceSubrange(12..<16, with: repeatElement(0xFF, count: 4)) }
            case .otherIdentity: signing(&bytes) { $0[40] ^= 1 }
            case .groupWritable, .link: break
            }
        }

        private func signing(_ bytes: inout [UInt8], _ body: (inout [UInt8]) -> Void) {
            body(&bytes)
            CacheFixture.sign(&bytes)
        }
    }

    @Test(arguments: Damage.allCases)
    func isRebuilt(_ damage: Damage) async throws {
        let fixture = try CacheFixture()
        let expected = try await fixture.vectors()
        let file = try fixture.file(".prepared")
        let whole = try FileContents.read(file)
        try damage.apply(to: file)
        let status = try FileStatus.of(file)
        #expect(try await fixture.vectors() == expected)
        #expect(try FileContents.read(file) == whole)
        let after = try FileStatus.of(file)
        #expect(after.inode != status.inode, "the file was not replaced but written over, under whoever has it mapped")
        #expect(after.kind == .regular && after.isOursAlone)
    }

    @Test("any byte", arguments: [UInt64](1...4))
    func anyByteIsRebuilt(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let fixture = try CacheFixture()
        let expected = try await fixture.vectors()
        let file = try fixture.file(".prepared")
        let whole = try FileContents.read(file)
        for _ in 0..<8 {
            let position = Int.random(in: 0..<whole.count, using: &random)
            let bit = UInt8.random(in: 0..<8, using: &random)
            try CacheFixture.change(file) { $0[position] ^= 1 << bit }
            #expect(try await fixture.vectors() == expected, "bit \(bit) of byte \(position), \(random)")
            #expect(try FileContents.read(file) == whole, "bit \(bit) of byte \(position), \(random)")
        }
    }

    @Test("files of somebody else", .enabled(if: CurrentProcess.user == 0, "only root gives files away"))
    func foreignFileIsRebuilt() async throws {
        let fixture = try CacheFixture()
        let expected = try await fixture.vectors()
        for ending in [".prepared", ".record"] {
            let file = try fixture.file(ending)
            try FileManager.default.setAttributes([.ownerAccountID: 65534], ofItemAtPath: file.string)
            #expect(try await fixture.vectors() == expected)
            #expect(try FileStatus.of(file).owner == 0)
        }
        try FileManager.default.setAttributes(
            [.ownerAccountID: 65534], ofItemAtPath: fixture.cache.directory.string)
        for ending in [".prepared", ".record"] { try Directory.removeFile(fixture.file(ending)) }
        #expect(try await fixture.vectors() == expected)
        #expect(fixture.names.isEmpty)
    }
}
