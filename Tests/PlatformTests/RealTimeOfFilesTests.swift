import Platform
import SystemPackage
import TestSupport
import Testing

/// The clock of files separates what was written before a moment from what is written after it.
@Suite("The clock of files")
struct RealTimeOfFilesTests {
    @Test func `what changed before a tick is older than it, and what changes after it is not`() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path.appending("a")
        for round in 0..<50 {
            try AtomicFile.replaceVolatile([UInt8(round)], at: path)
            // Whoever looks makes the next time exact.
            let before = try FileStatus.of(path).changed
            let moment = RealTime.passTickOfFiles().nanoseconds
            try AtomicFile.replaceVolatile([1], at: path)
            let after = try FileStatus.of(path).changed
            #expect(before < moment && moment <= after, "\(before) \(moment) \(after)")
        }
    }
}
