import Foundation
import Identity
import Inbox
import Platform
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite("Files that failed")
struct FailedFilesTests {
    private static let report = FilePath("a.txt.vectorspool-error.json")

    private static func bytes(_ number: Int) -> [UInt8] {
        Array(
            """
            {"schema":1,"summary":"try \(number)","code":"E_UTF8","hint":"h","stage":"decode","class":"document","name":"a.txt",\
            "relative_path":"a.txt","relative_path_base64":"YS50eHQ=","owner":0,"mode":"644","size":1,"modified":"m","first_seen":"f","failed_at":"f",\
            "attempts":[],"retry":"r","daemon":{"version":"v","pipeline":"p","boot":"b","invocation":"i"}}
            """.utf8)
    }

    @Test("another program's file with the name of an earlier report stays", arguments: [false, true])
    func strangersReport(isRetried: Bool) throws {
        let scratch = try ScratchDirectory()
        let places = SpoolDirectory(scratch.path)
        let spool = try Spool(places)
        let dropped = "a.txt.error.json"
        // It looks like a report, and has failed itself.
        try AtomicFile.replaceVolatile(Self.bytes(7), at: places.failed.appending(dropped))
        try AtomicFile.replaceVolatile([0xFF], at: places.failed.appending("a.txt"))
        for name in ["a.txt", dropped] {
            try AtomicFile.replaceVolatile(
                Self.bytes(1), at: places.failed.appending(name + ".vectorspool-error.json"))
        }
        let files = try FailedFiles(places)
        #expect(try files.all().count == 2)
        if isRetried {
            #expect(try files.retry(#require(try files.file(of: "a.txt"))) == .back)
        } else {
            var round = ForgettingRound(day: "2026-11-27", ignore: .standard)
            _ = try spool.putAway(
                forgotten: "a.txt", until: .max, before: .max, claim: .fresh(size: 1), deleting: false,
                &round)
        }
        #expect(try FileContents.read(places.failed.appending(dropped)) == Self.bytes(7))
        #expect(FileStatus.exists(places.failed.appending(dropped + ".vectorspool-error.json")))
        #expect(!FileStatus.exists(places.failed.pushing(Self.report)))
    }

    @Test("a report of an earlier version goes with its file")
    func earlierReport() throws {
        let scratch = try ScratchDirectory()
        let places = SpoolDirectory(scratch.path)
        _ = try Spool(places)
        try AtomicFile.replaceVolatile([0xFF], at: places.failed.appending("a.txt"))
        try AtomicFile.replaceVolatile(Self.bytes(1), at: places.failed.appending("a.txt.error.json"))
        let files = try FailedFiles(places)
        let file = try #require(try files.all().first)
        #expect(file.place == "a.txt")
        #expect(try files.retry(file) == .back)
        #expect(try Directory.entries(of: places.failed).isEmpty)
    }

    @Test("only those since a moment, and of a wish, are told of")
    func since() throws {
        let scratch = try ScratchDirectory()
        let places = SpoolDirectory(scratch.path)
        _ = try Spool(places)
        try AtomicFile.replaceVolatile([0xFF], at: places.failed.appending("a.txt"))
        try AtomicFile.replaceVolatile(Self.bytes(1), at: places.failed.pushing(Self.report))
        let files = try FailedFiles(places)
        let moment = try #require(try files.all().first).reported
        #expect(try files.all(since: moment).count == 1)
        #expect(try files.all(since: moment + 1).isEmpty)
        #expect(try files.all { $0 != "a.txt" }.isEmpty)
    }

    @Test("one that fails again while it is given back keeps its new report")
    func failsAtOnce() throws {
        let scratch = try ScratchDirectory()
        let places = SpoolDirectory(scratch.path)
        for folder in [places.inbox, places.failed] { try Directory.create(folder) }
        let (waiting, failed) = (places.inbox.appending("a.txt"), places.failed.appending("a.txt"))
        let report = places.failed.pushing(Self.report)
        try AtomicFile.replaceVolatile([0xFF], at: failed)
        try AtomicFile.replaceVolatile(Self.bytes(1), at: report)
        let files = try FailedFiles(places)
        let file = try #require(try files.file(of: "a.txt"))
        // A daemon that has taken the file by the time that its old report is looked for.
        let newer = Data(Self.bytes(2))
        let plan = FaultPlan(below: places.failed) { _, _, path in
            let manager = FileManager.default
            guard path.lastComponent == report.lastComponent, manager.fileExists(atPath: waiting.string) else {
                return .none
            }
            #expect(throws: Never.self) {
                try manager.moveItem(atPath: waiting.string, toPath: failed.string)
                try newer.write(to: URL(filePath: report.string), options: .atomic)
            }
            return .none
        }
        plan.arm()
        let outcome = try files.retry(file)
        plan.disarm()
        #expect(outcome == .back)
        #expect(try files.file(of: "a.txt")?.report.summary == "try 2")
    }

    @Test("a file whose report is gone or damaged is listed and given back", arguments: [true, false])
    func lostReport(isGone: Bool) throws {
        let scratch = try ScratchDirectory()
        let places = SpoolDirectory(scratch.path)
        _ = try Spool(places)
        let long = String(repeating: "long", count: 60)
        let folder = places.failed.pushing("n.vectorspool-folder")
        try Directory.create(folder)
        for name in ["a.txt", "b.txt", "n.vectorspool-folder/" + long] {
            try AtomicFile.replaceVolatile([0xFF], at: places.failed.pushing(FilePath(name)))
        }
        try AtomicFile.replaceVolatile(Self.bytes(1), at: places.failed.pushing(Self.report))
        if !isGone {
            let name = Spool.sidecar(try #require(FilePath.Component(long)))
            try AtomicFile.replaceVolatile(Array("{".utf8), at: folder.appending(name))
            try AtomicFile.replaceVolatile([], at: places.failed.appending("b.txt.vectorspool-error.json"))
        }
        let files = try FailedFiles(places)
        let all = try files.all()
        #expect(all.map(\.path.string) == ["a.txt", "b.txt", "n/" + long])
        #expect(all.map(\.report.code) == ["E_UTF8", "E_REPORT_LOST", "E_REPORT_LOST"])
        #expect(all.last?.report.remedy == "run: vectorspool retry n/" + long)
        #expect(try files.all(since: .max).isEmpty)
        #expect(try files.file(of: "b.txt.vectorspool-error.json") == nil)
        for path in ["b.txt", FilePath("n/" + long)] {
            // What lies in a folder of a conflict is found once nothing is in its way.
            let file = try #require(try files.file(of: path) ?? all.last)
            #expect(try files.retry(file) == .back)
            #expect(FileStatus.exists(places.inbox.pushing(path)))
        }
        #expect(try files.all().map(\.path) == ["a.txt"])
        #expect(try Directory.entries(of: places.failed).count == 2)
    }

    @Test("who may not enter the inbox can list what failed")
    func withoutInbox() throws {
        let scratch = try ScratchDirectory()
        let places = SpoolDirectory(scratch.path)
        try Directory.create(places.failed)
        try AtomicFile.replaceVolatile([0xFF], at: places.failed.appending("a.txt"))
        #expect(try FailedFiles(places).all().map(\.path) == ["a.txt"])
    }
}
