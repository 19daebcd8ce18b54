import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("A damaged index")
struct CommandLineDamageTests {
    /// The damage, the damaged file, and the exit code of a search.
    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let prefix: String
        let change: @Sendable ([UInt8]) -> [UInt8]?
        /// The exit code of a search; 1 and 0 where an older generation serves.
        let search: Int32
    }

    static let damages = [
        Damage(testDescription: "a shard cut short", prefix: "shard-", change: { Array($0.dropLast(100)) }, search: 65),
        Damage(testDescription: "an empty shard", prefix: "shard-", change: { _ in [] }, search: 65),
        Damage(testDescription: "a missing shard", prefix: "shard-", change: { _ in nil }, search: 65),
        Damage(
            testDescription: "a shard of noise", prefix: "shard-", change: { $0.map { _ in 0x55 } }, search: 65),
        Damage(testDescription: "an emptied manifest", prefix: "manifest-", change: { _ in [] }, search: 1),
        Damage(
            testDescription: "a manifest cut short", prefix: "manifest-", change: { Array($0.dropLast(20)) }, search: 1),
        Damage(testDescription: "no ranges", prefix: "ranges.npy", change: { _ in nil }, search: 65),
        Damage(
            testDescription: "other ranges", prefix: "ranges.npy",
            change: { Array($0.dropLast()) + [$0[$0.count - 1] ^ 1] }, search: 65),
    ]

    @Test("is named by verify and does not crash a search", arguments: damages)
    func damaged(_ damage: Damage) async throws {
        let index = try await SampleIndex()
        // The newest manifest; of the other kinds there is only one file.
        let file = try #require(try index.files(damage.prefix).last)
        if let changed = damage.change(try FileContents.read(file)) {
            try AtomicFile.replaceVolatile(changed, at: file)
        } else {
            try Directory.removeFile(file)
        }
        let name = try #require(file.lastComponent).string
        let verified = try await CommandLineTool.search("verify", "--index", index.directory.string)
        expectFailure(verified, 65, naming: name)
        #expect(verified.output.isEmpty)
        let found = try await index.search("sea")
        expectFailure(found, damage.search, naming: name)
        let json = try await CommandLineTool.search("verify", "--index", index.directory.string, "--json")
        #expect(json.text.contains("\"file\":\"\(name)\""))
        #expect(json.text.contains("\"sound\":false"))
    }

    @Test("a shard that becomes empty while it is searched ends the search with a message")
    func shrinking() async throws {
        let index = try await SampleIndex()
        let shard = try #require(try index.files("shard-").first)
        let line = """
            mkfifo "$3/q" "$3/a" || exit 1
            timeout 300 "$0" search --queries "$3/q" --index "$1" --model "$2" --format vimgrep -k 1 > "$3/a" 2> "$3/e" &
            exec 3<> "$3/q" 4< "$3/a"
            echo '+whale' >&3; timeout 300 head -n 1 <&4
            : > "$4"
            echo '+cats' >&3; exec 3>&-; cat <&4
            wait $!; echo "status $?"; cat "$3/e"
            """
        let outcome = try await CommandLineTool.search.shell(
            line, index.directory.string, SampleFiles.model.string, index.scratch.path.string, shard.string)
        #expect(outcome.text.contains("\nstatus 65\n"), "\(outcome.text)")
        #expect(outcome.text.contains("vectorspool verify"), "\(outcome.text)")
    }

    @Test("one flipped bit of a shard is found anywhere", arguments: [0.0, 0.3, 0.5, 0.8, 0.999])
    func flippedBit(place: Double) async throws {
        let index = try await SampleIndex()
        let shard = try #require(try index.files("shard-").first)
        var bytes = try FileContents.read(shard)
        bytes[Int(Double(bytes.count) * place)] ^= 0x10
        try AtomicFile.replaceVolatile(bytes, at: shard)
        let outcome = try await CommandLineTool.search("verify", "--index", index.directory.string)
        expectFailure(outcome, 65, naming: try #require(shard.lastComponent).string)
        // A search ends in order, whatever it finds.
        let found = try await index.search("sea", "-k", "100")
        #expect([.exited(0), .exited(65)].contains(found.status), "\(found.error)")
    }
}
