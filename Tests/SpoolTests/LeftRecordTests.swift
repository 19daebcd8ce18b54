import Platform
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite("The record of files that stay in the inbox")
struct LeftRecordTests {
    private let scratch: ScratchDirectory
    private let root: OpenDirectory
    private let statuses: [FileStatus]

    init() throws {
        scratch = try ScratchDirectory()
        root = try OpenDirectory(scratch.path)
        let folder = scratch.path
        statuses = try (1...2).map { size in
            let path = folder.appending("file-\(size)")
            try AtomicFile.replaceVolatile(Array(repeating: 7, count: size), at: path)
            return try FileStatus.of(path)
        }
    }

    private func record(of index: FilePath = "/index", isNew: Bool = false) throws -> LeftRecord {
        let record = LeftRecord(root)
        try record.begin(index: index, isNew: isNew)
        return record
    }

    @Test func `it grows without losing anything, and another process reads it`() throws {
        let record = try record()
        let paths = (0..<3000).map { FilePath("folder/\($0).txt") }
        for (number, path) in paths.enumerated() {
            try record.note(path, LeftEntry(statuses[number % 2], nil, number % 3 == 0 ? .failed : .indexed))
        }
        try record.synchronize()
        let other = try self.record()
        for (number, path) in paths.enumerated() {
            let entry = try #require(try other.entry(of: path))
            #expect(entry.isOf(statuses[number % 2]))
            #expect(!entry.isOf(statuses[(number + 1) % 2]))
            #expect(entry.outcome == (number % 3 == 0 ? .failed : .indexed))
        }
        #expect(try other.entry(of: "folder/3000.txt") == nil)
    }

    @Test func `a later version replaces the earlier one`() throws {
        let record = try record()
        let digest = SHA256Digest(of: [1])
        try record.note("a.txt", LeftEntry(statuses[0], nil, .failed))
        try record.note("a.txt", LeftEntry(statuses[1], digest, .indexed))
        let entry = try #require(try record.entry(of: "a.txt"))
        #expect(entry == LeftEntry(statuses[1], digest, .indexed))
        #expect(entry.isOf(digest))
        #expect(!entry.isOf(SHA256Digest(of: [2])))
    }

    @Test(arguments: [("/other", false), ("/index", true)])
    func `it is discarded for another index and for a new one`(index: String, isNew: Bool) throws {
        let entry = LeftEntry(statuses[0], nil, .indexed)
        try record().note("a.txt", entry)
        #expect(try record().entry(of: "a.txt") == entry)
        #expect(try record(of: FilePath(index), isNew: isNew).entry(of: "a.txt") == nil)
        #expect(try root.statusIfPresent(LeftRecord.path) == nil)
    }

    @Test("what was forgotten outlives the index", arguments: [("/other", false), ("/index", true)])
    func forgotten(index: String, isNew: Bool) throws {
        let record = try record()
        for number in 0..<500 {
            try record.note(FilePath("\(number)"), LeftEntry(statuses[0], nil, number % 5 == 0 ? .forgotten : .indexed))
        }
        let other = try self.record(of: FilePath(index), isNew: isNew)
        for number in 0..<500 {
            #expect(try other.entry(of: FilePath("\(number)"))?.outcome == (number % 5 == 0 ? .forgotten : nil))
        }
        try other.note("a.txt", LeftEntry(statuses[1], nil, .indexed))
        #expect(try self.record(of: FilePath(index)).entry(of: "a.txt") != nil)
    }

    @Test("damage costs entries at most", arguments: [0, 8, 20, 4096, 5000, 8192, 12_000])
    func damaged(offset: Int) throws {
        let paths = (0..<200).map { FilePath("\($0)") }
        let entry = LeftEntry(statuses[0], SHA256Digest(of: []), .indexed)
        let record = try record()
        for path in paths { try record.note(path, entry) }
        let file = try root.open(LeftRecord.path, OpenFlags.inPlace)
        try file.overwrite(Array(repeating: UInt8(0xA5), count: 700).rawSpan, at: offset)
        let other = try self.record()
        for path in paths {
            let found = try other.entry(of: path)
            #expect(found == nil || found == entry)
        }
        for path in paths { try other.note(path, entry) }
        for path in paths { #expect(try other.entry(of: path) == entry) }
    }
}
