import Identity
import Inbox
import Platform
import Spool
import SystemPackage
import TestSupport
import Testing

/// What the daemon's own folder refuses is a fault of the system, and no file is blamed for it.
@Suite("Claiming without a place to claim to")
struct ClaimFaultTests {
    private let scratch: ScratchDirectory
    private let spool: Spool
    private let file: ReadyFile

    init() throws {
        scratch = try ScratchDirectory()
        spool = try Spool(SpoolDirectory(scratch.path))
        let place = spool.places.inbox.appending("a.txt")
        try AtomicFile.replaceVolatile([0x61], at: place)
        file = ReadyFile(path: "a.txt", status: try FileStatus.of(place))
    }

    private func claim() -> PlatformError? {
        do throws(PlatformError) {
            _ = try spool.claim(file)
            return nil
        } catch {
            return error
        }
    }

    @Test("work/ is gone, or another folder has its name") func gone() throws {
        try Directory.rename(spool.places.work, to: scratch.path.appending("away"))
        try Directory.removeTree(scratch.path.appending("away"))
        #expect(claim()?.path == spool.places.work)
        try Directory.create(spool.places.work)
        #expect(claim()?.cause == .staleNFSFileHandle)
    }

    @Test("nothing may be written into work/") func closed() throws {
        let plan = FaultPlan(below: spool.places.work, of: [.rename, .status, .makeDirectory]) { _, _, _ in
            .fail(.permissionDenied)
        }
        plan.arm()
        defer { plan.disarm() }
        let error = claim()
        #expect(error?.path == spool.places.work)
        #expect(error?.cause == .permissionDenied)
    }
}
