import Foundation
import Platform
import Spool
import SystemPackage
import TestSupport
import Testing

/// The way that README tells for a lost index: what lies in `done/` goes through the inbox again.
@Suite("Mended lines after the index was made anew") struct MendedLinesAnewTests {
    @Test("they are lines of their file again")
    func anew() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.jsonl", "{\"id\":\"1\",\"text\":\"one\"}\n{bad\n")
        _ = try await harness.run()
        let failed = try FileContents.read(harness.spool.failed.appending("a.jsonl.bad-lines.jsonl"))
        let header = try #require(failed.split(separator: UInt8(ascii: "\n")).first)
        try harness.drop("a.jsonl.bad-lines.jsonl", Array(header) + Array("\n{\"id\":\"2\",\"text\":\"two\"}\n".utf8))
        _ = try await harness.run()
        let documents = ["a.jsonl#1": "one", "a.jsonl#2": "two"]
        #expect(try harness.documents() == documents)

        try Directory.removeTree(harness.index)
        for entry in try Directory.entries(of: harness.spool.done) {
            try Directory.rename(
                harness.spool.done.appending(entry.name), to: harness.spool.inbox.appending(entry.name))
        }
        _ = try await harness.run()
        #expect(try harness.documents() == documents)
    }
}
