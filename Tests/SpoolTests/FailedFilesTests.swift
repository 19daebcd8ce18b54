import Foundation
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
}
