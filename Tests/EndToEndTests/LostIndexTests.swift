import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// An index that was removed or changed: what the programs say of it, and the way to a new one.
@Suite("A lost index", .timeLimit(.minutes(10)))
struct LostIndexTests {
    private let spool: CaseSpool

    init() throws {
        spool = try CaseSpool()
    }

    private var index: FilePath { spool.root.appending("index") }

    /// The lines of one check of the doctor.
    private func doctor(_ check: String) async throws -> String {
        try await spool.command("doctor", "--json").lines.first { $0.contains("\"check\":\"\(check)\"") }.map(
            String.init)
            ?? ""
    }

    @Test func `it is found by doctor, told at the start, and mended by the command that both give`() async throws {
        try spool.write("A whale in the sea.", as: "mix/a.txt")
        try spool.write("The train to Bergen.", as: "mix/b.txt")
        try spool.write("Rye bread.", as: "c.txt")
        let first = try await spool.once()
        #expect(!first.error.contains("done/"), "\(first.error)")
        #expect(try await doctor("index").contains("\"ok\":true"))
        #expect(try await doctor("done").contains("\"ok\":true"))
        // What was forgotten is missing on purpose.
        #expect(try await spool.command("forget", "c.txt").status == .exited(0))
        #expect(try await doctor("done").contains("\"ok\":true"))

        try Directory.removeTree(index)
        let missing = try await doctor("index")
        #expect(missing.contains("there is no index in \(index)"), "\(missing)")
        #expect(missing.contains("mv \(spool.done)/* \(spool.inbox)/"), "\(missing)")
        let second = try await spool.once()
        #expect(second.error.contains("mv \(spool.done)/* \(spool.inbox)/"), "\(second.error)")
        let found = try await doctor("done")
        #expect(found.contains("2 files of done/ are not in the index, the first: mix/a.txt"), "\(found)")
        #expect(found.contains("mv \(spool.done)/mix \(spool.inbox)/"), "\(found)")

        try Directory.rename(spool.done.appending("mix"), to: spool.inbox.appending("mix"))
        _ = try await spool.once()
        #expect(try await doctor("done").contains("\"ok\":true"))
        #expect(try await spool.documents().keys.sorted() == ["mix/a.txt", "mix/b.txt"])
    }

    @Test func `drop, verify and the refusal of another precision name the way too`() async throws {
        try spool.write("A whale in the sea.", as: "mix/a.txt")
        _ = try await spool.once()
        let way = "mv \(spool.done)/mix \(spool.inbox)/"
        let drop = try await spool.command("drop", spool.done.pushing("mix/a.txt").string)
        expectFailure(drop, 65, naming: "it is in the spool already", way)
        let other = try await CommandLineTool.daemon.run(
            spool.arguments + ["--once"], variables: ["VECTORSPOOL_INDEX_PRECISION": "float32"])
        expectFailure(other, 78, naming: "the index was of precision int8", "done/ back into its inbox")
        let check = try await CommandLineTool.daemon.run(
            spool.arguments + ["--check-config"], variables: ["VECTORSPOOL_INDEX_PRECISION": "float32"])
        expectFailure(check, 78, naming: "the index was of precision int8")

        let shard = try #require(try spool.files(in: index).first { $0.hasPrefix("shard-") })
        try AtomicFile.replaceVolatile([], at: index.appending(shard))
        let verify = try await spool.command("verify")
        expectFailure(verify, 65, naming: "mv -T \(index) \(index).damaged && mv \(spool.done)/* \(spool.inbox)/")
        let named = try await CommandLineTool.search("verify", "--index", index.string)
        expectFailure(named, 65, naming: "mv -T \(index) \(index).damaged && mv SPOOL/done/* SPOOL/inbox/")
    }
}
