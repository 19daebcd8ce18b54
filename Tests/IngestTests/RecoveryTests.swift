import Foundation
import Identity
import Ingest
import Platform
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct RecoveryTests {
    /// Puts a file into `work/` as an earlier run would have left it, or one of an earlier version.
    func leave(
        _ harness: SpoolHarness, _ name: ClaimName, _ path: FilePath, _ bytes: [UInt8], inOwnFolder: Bool = false
    ) throws {
        let target =
            harness.spool.work.pushing(inOwnFolder ? FilePath(name.text).pushing(path) : Spool.place(of: name, path))
        try Directory.create(target.removingLastComponent())
        try AtomicFile.replaceVolatile(bytes, at: target)
    }

    @Test(arguments: [false, true]) func takesOverWhatWasNotCommitted(inOwnFolder: Bool) async throws {
        let harness = try SpoolHarness()
        try leave(harness, .fresh(size: 3), "sub/a.txt", Array("one".utf8), inOwnFolder: inOwnFolder)
        _ = try await harness.run()
        #expect(try harness.documents() == ["sub/a.txt": "one"])
        #expect(try harness.files(in: harness.spool.done) == ["a.txt"])
        #expect(try harness.isWorkEmpty)
    }

    @Test func namesWithoutRoomForTheClaimAreClaimedToo() async throws {
        let harness = try SpoolHarness()
        let names = [200, 221, 222, 223, 255].map { String(repeating: "n", count: $0 - 4) + ".txt" }
        for name in names { try harness.drop(FilePath("sub/\(name)"), name) }
        let failpoints = Failpoints { if $0 == .beforeShard { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(failpoints) }
        #expect(try harness.claims().sorted() == names.map { "sub/\($0)" }.sorted())
        _ = try await harness.run()
        #expect(try Set(harness.documents().values) == Set(names))
        #expect(try harness.isWorkEmpty)
    }

    @Test func foldersThatLookLikeClaimsAreFolders() async throws {
        let harness = try SpoolHarness()
        let path = FilePath("claimed/\(ClaimName.fresh(size: 3).text)/\(ClaimName.fresh(size: 9).text)-a.txt")
        try harness.drop(path, "one")
        let failpoints = Failpoints { if $0 == .afterClaim { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(failpoints) }
        _ = try await harness.run()
        #expect(try harness.documents() == [path.displayName: "one"])
        #expect(try harness.isWorkEmpty)
    }

    @Test func takesVersionsInTheOrderOfTheirClaims() async throws {
        let harness = try SpoolHarness()
        for (number, text) in ["one", "two", "six"].enumerated() {
            try leave(harness, .fresh(size: 3), "a.txt", Array(text.utf8), inOwnFolder: number == 1)
        }
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "six"])
        #expect(try FileContents.read(harness.spool.done.appending("a.txt")) == Array("six".utf8))
        let replaced = harness.spool.replaced
        let older = try harness.paths(in: replaced).map { try FileContents.read(replaced.pushing($0)) }
        #expect(Set(older) == [Array("one".utf8), Array("two".utf8)])
    }

    @Test(arguments: [("cut", 10), ("", 3), ("one\0two", 7)])
    func neverTakesWhatAPowerCutHasShortened(left: String, size: Int) async throws {
        let harness = try SpoolHarness()
        let name = ClaimName(time: 1_700_000_000_000_000_000, random: 7, boot: "beef", size: size)
        try leave(harness, name, "a.txt", Array(left.utf8))
        _ = try await harness.run()
        #expect(harness.report("a.txt")?.code == "E_LOST_BY_POWER_CUT")
        #expect(harness.report("a.txt")?.claim == name.text)
    }

    @Test func takesWhatAPowerCutHasSpared() async throws {
        let harness = try SpoolHarness()
        let name = ClaimName(time: 1_700_000_000_000_000_000, random: 7, boot: "beef", size: 3)
        try leave(harness, name, "a.txt", Array("one".utf8))
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "one"])
    }

    @Test func aCommittedFileIsOnlyMovedOn() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        let failpoints = Failpoints { if $0 == .afterCommit { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(failpoints) }
        // After a power cut the name is there and the contents are gone.
        let claim = try #require(try harness.opened.leftoverClaims().claims.first)
        try AtomicFile.replaceVolatile([], at: harness.spool.work.pushing(claim.path))
        let status = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "one"])
        #expect(status.doneFiles == 1)
        #expect(status.tokensEncoded == 0)
        #expect(try harness.files(in: harness.spool.failed) == [])
    }

    @Test func leavesStrangersAlone() async throws {
        let harness = try SpoolHarness()
        try Directory.create(harness.spool.work.appending("mine"))
        try AtomicFile.replaceVolatile([1], at: harness.spool.work.appending("mine").appending("x"))
        try leave(harness, .fresh(size: 3), "a.txt", Array("one".utf8))
        let strange = harness.spool.claimed.appending("no-claim.txt")
        try AtomicFile.replaceVolatile([1], at: strange)
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "one"])
        #expect(FileStatus.exists(strange))
        #expect(FileStatus.exists(harness.spool.work.appending("mine").appending("x")))
    }

    @Test("an older version that is larger than its claim says does not come back after a crash")
    func olderVersionStaysOld() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a", "old")
        let early = Failpoints { if $0 == .beforeShard { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(early) }
        try harness.drop("a", "new")
        let late = Failpoints { if $0 == .afterCommit { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(late) }
        // As one is that was exchanged for a larger file at the moment of its claim.
        let claim = try #require(try harness.opened.leftoverClaims().claims.first)
        let path = harness.spool.work.pushing(claim.path)
        try FileHandle(forWritingTo: URL(fileURLWithPath: path.string)).write(contentsOf: Data("older and longer".utf8))
        _ = try await harness.run()
        #expect(try harness.documents() == ["a": "new"])
        #expect(try FileContents.read(harness.spool.done.appending("a")) == Array("new".utf8))
        #expect(try harness.files(in: harness.spool.replaced) == ["a"])
    }

    @Test("done/ and failed/ that were moved away are made anew", arguments: [false, true])
    func movedFolders(isMadeAgain: Bool) async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        try harness.drop("b.txt", [0xFF])
        _ = try await harness.run(
            Failpoints { point in
                guard point == .beforeShard || point == .beforeFailing else { return }
                for folder in [harness.spool.done, harness.spool.failed] {
                    let old = harness.scratch.path.appending("old-\(folder.lastComponent?.string ?? "")")
                    guard !FileStatus.exists(old) else { continue }
                    try Directory.rename(folder, to: old)
                    if isMadeAgain { try Directory.create(folder) }
                }
            })
        #expect(try harness.files(in: harness.spool.done) == ["a.txt"])
        #expect(try harness.files(in: harness.spool.failed) == ["b.txt", "b.txt.vectorspool-error.json"])
    }
}
