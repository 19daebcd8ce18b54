import Platform
import Spool
import TestSupport
import Testing

/// Whoever looks at a folder now and then misses no change of it.
@Suite("A glance at requests")
struct RequestGlanceTests {
    private let status: FileStatus

    init() throws {
        let scratch = try ScratchDirectory()
        status = try FileStatus.of(scratch.path)
    }

    private func time(after nanoseconds: Int64) -> RealTime {
        RealTime(nanoseconds: max(status.modified, status.changed) + nanoseconds)
    }

    private func isNews(_ glance: inout RequestGlance, _ present: [FileStatus], at now: RealTime) -> Bool {
        glance.isNews(present, at: now)
    }

    @Test("what was changed within the last tick may change again without a mark")
    func tick() {
        var glance = RequestGlance()
        #expect(isNews(&glance, [status], at: time(after: 1_000_000)) == true)
        // Long after, the folder looks as it did, and still somebody may have left a request right after the first look.
        #expect(isNews(&glance, [status], at: time(after: 900_000_000)) == true)
        #expect(isNews(&glance, [status], at: time(after: 910_000_000)) == false)
        glance.lookAgain()
        #expect(isNews(&glance, [status], at: time(after: 920_000_000)) == true)
    }

    @Test("another folder beside it, or in its place, is news")
    func others() throws {
        let scratch = try ScratchDirectory()
        let other = try FileStatus.of(scratch.path)
        var glance = RequestGlance()
        _ = glance.isNews([status], at: time(after: 900_000_000))
        #expect(isNews(&glance, [status, status], at: time(after: 900_000_000)) == true)
        #expect(isNews(&glance, [status, other], at: time(after: 900_000_000)) == true)
    }
}
