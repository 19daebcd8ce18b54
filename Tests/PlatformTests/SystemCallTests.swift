import Foundation
import Platform
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite("Each system call can be made to fail separately")
struct SystemCallTests {
    private let scratch: ScratchDirectory
    private let directory: OpenDirectory

    init() throws {
        scratch = try ScratchDirectory()
        directory = try OpenDirectory(scratch.path)
    }

    /// The kinds of the calls that `body` makes, in order.
    private func calls(_ body: () throws -> Void) throws -> [SystemCall] {
        let seen = Mutex<[SystemCall]>([])
        let plan = FaultPlan(below: scratch.path) { site, _, _ in
            seen.withLock { $0.append(site.call) }
            return .none
        }
        plan.arm()
        defer { plan.disarm() }
        try body()
        return seen.withLock { $0 }
    }

    @Test func makingADirectory() throws {
        let calls = try calls { try directory.makeDirectory("d", mode: 0o777) }
        #expect(calls == [.makeDirectory, .open, .status, .changeMode])
    }

    @Test func listingADirectory() throws {
        #expect(try calls { _ = try directory.entries() }.prefix(2) == [.open, .list])
        let plan = FaultPlan(below: scratch.path, of: [.list]) { _, _, _ in .fail(.noMemory) }
        plan.arm()
        defer { plan.disarm() }
        let error = #expect(throws: PlatformError.self) { try DirectoryStream(in: directory, "") }
        #expect(error?.cause == .noMemory)
    }

    @Test func askingForALease() throws {
        let file = try directory.open("file", OpenFlags.newFile)
        try file.close()
        let reader = try directory.openFile("file")
        #expect(try calls { _ = try FileLease.with(reader) { _, holds in holds() } } == [.lease, .lease])
        let passed = Mutex(0)
        let plan = FaultPlan(below: scratch.path, of: [.lease]) { _, _, _ in
            passed.withLock { passed in
                passed += 1
                return passed > 1 ? .fail(.ioError) : .none
            }
        }
        plan.arm()
        defer { plan.disarm() }
        // Without an answer there is no writer; the check before the commit decides.
        #expect(try FileLease.with(reader) { _, holds in holds() })
    }

    @Test func askingForTheAccessList() throws {
        let file = try directory.open("file", OpenFlags.newFile, mode: 0o640)
        let isReadable = file.isReadableByGroup
        #expect(isReadable)
        #expect(try calls { _ = file.isReadableByGroup } == [.status, .attributes])
        for call in [.status, .attributes] as [SystemCall] {
            let plan = FaultPlan(below: scratch.path, of: [call]) { _, _, _ in .fail(.ioError) }
            plan.arm()
            defer { plan.disarm() }
            let isReadable = file.isReadableByGroup
            #expect(!isReadable)
        }
    }

    @Test func markingAndAsking() throws {
        let file = try directory.open("file", OpenFlags.newFile)
        #expect(try calls { file.markUsed() } == [.attributes])
        #expect(Directory.isWritable(scratch.path))
        #expect(try calls { _ = Directory.isWritable(scratch.path) } == [.status])
    }
}
