import Identity
import Ingest
import IngestSupport
import Platform
import Shards
import Spool
import SystemPackage
import Testing

/// A new version says what it took the place of.
@Suite(.timeLimit(.minutes(10))) struct VersionReportTests {
    private func journal(_ harness: SpoolHarness) throws -> [JournalEntry] {
        try Directory.entries(of: harness.spool.journal).filter { Journal.isMonth($0.name) }.flatMap { month in
            try FileContents.read(harness.spool.journal.appending(month.name)).split(separator: UInt8(ascii: "\n"))
                .compactMap { JournalEntry(line: Array($0)) }
        }
    }

    @Test("the journal counts documents and passages, before and now")
    func wholeFile() async throws {
        let harness = try SpoolHarness()
        for words in [3, 8, 13] {
            try harness.drop("diary.txt", (0..<words).map { "word\($0)" }.joined(separator: " "))
            let status = try await harness.run()
            #expect(status.documentsReplaced == (words == 3 ? 0 : 1))
        }
        let entries = try journal(harness)
        #expect(entries.map(\.passages) == [1, 2, 3])
        #expect(entries.map(\.replaced) == [0, 1, 1])
        #expect(entries.map(\.replacedPassages) == [0, 1, 2])
    }

    @Test("lines that stay are not counted as replaced")
    func lines() async throws {
        let harness = try SpoolHarness()
        func line(_ id: Int, _ text: String) -> String { #"{"id":"\#(id)","text":"\#(text)"}"# }
        try harness.drop("a.jsonl", [line(1, "one"), line(2, "two"), line(3, "three")].joined(separator: "\n"))
        _ = try await harness.run()
        // The second is another, the third is left out, the fourth is new.
        try harness.drop("a.jsonl", [line(1, "one"), line(2, "zwei"), line(4, "four")].joined(separator: "\n"))
        let status = try await harness.run()
        #expect(status.documentsReplaced == 2)
        let last = try #require(try journal(harness).last)
        #expect(last.documents == 3 && last.unchanged == 1)
        #expect(last.passages == 2 && last.replaced == 2 && last.replacedPassages == 2)
        #expect(JournalEntry(line: Array(last.line.utf8)) == last)
    }

    @Test("what was committed by a run that died is told once", arguments: [Failpoint.afterCommit, .afterRetire])
    func death(at failpoint: Failpoint) async throws {
        let harness = try SpoolHarness()
        for name in ["a", "b", "c"] { try harness.drop(FilePath("d/\(name).txt"), name) }
        let failpoints = Failpoints { if $0 == failpoint { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(failpoints) }
        _ = try await harness.run()
        let entries = try journal(harness)
        #expect(Set(entries.map(\.path.string)) == ["d/a.txt", "d/b.txt", "d/c.txt"])
        #expect(entries.count == 3)
        #expect(entries.allSatisfy { $0.outcome == .indexed && $0.place == FilePath("done").pushing($0.path) })
    }

    @Test("a file that takes several commits is counted as a whole")
    func severalCommits() async throws {
        let harness = try SpoolHarness { $0.maximumRows = 4 }
        func lines(_ word: String) -> String {
            (0..<11).map { #"{"id":"\#($0)","text":"\#(word) \#($0)"}"# }.joined(separator: "\n")
        }
        for word in ["old", "new"] {
            try harness.drop("a.jsonl", lines(word))
            _ = try await harness.run()
        }
        let last = try #require(try journal(harness).last)
        #expect(last.passages == 11 && last.replaced == 11)
        #expect(try Snapshot.open(harness.index).shards.count > 1)
    }
}
