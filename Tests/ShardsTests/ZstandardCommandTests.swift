import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport
import Testing

@Suite("The zstd command", .enabled(if: ZstandardCommand.isInstalled))
struct ZstandardCommandTests {
    @Test(
        "accepts a shard, and yields codes, signs, then text", arguments: [Precision.int8, .float32, .ubinary],
        [false, true])
    func accepts(_ precision: Precision, _ isCompressed: Bool) throws {
        let written = try ShardRoundTripTests.Written(
            precision, dimension: 384, rows: 700, options: .init(compressesCodes: isCompressed), seed: 5)
        #expect(try ZstandardCommand.run(["-t", written.path.string]).status == 0)
        let (status, output) = try ZstandardCommand.run(["-dc", written.path.string])
        #expect(status == 0)
        let planes = written.codes + written.signs
        #expect(Array(output.prefix(planes.count)) == planes)
        let text = try #require(written.samples.first?.passages.first?.text)
        #expect(Array(output.dropFirst(planes.count).prefix(text.count)) == text)
    }

    @Test("finds a flipped code bit")
    func findsDamage() throws {
        let written = try ShardRoundTripTests.Written(.int8, dimension: 384, rows: 10, options: .init(), seed: 5)
        var bytes = try FileContents.read(written.path)
        bytes[256 + 1_000] ^= 0x10
        let damaged = written.scratch.path.appending("damaged.zst")
        try AtomicFile.replaceVolatile(bytes, at: damaged)
        #expect(try ZstandardCommand.run(["-t", damaged.string]).status != 0)
    }
}
