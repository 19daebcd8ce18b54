import Platform
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite("Names below an open directory")
struct OpenDirectoryTests {
    private let scratch: ScratchDirectory
    private let directory: OpenDirectory

    init() throws {
        scratch = try ScratchDirectory()
        directory = try OpenDirectory(scratch.path)
    }

    /// Lets the first call of a kind on a path fail.
    private func plan(_ call: SystemCall, on path: FilePath) -> FaultPlan {
        let hasCome = Mutex(false)
        return FaultPlan(below: scratch.path, of: [call]) { _, _, place in
            guard place == path else { return .none }
            return hasCome.withLock { hasCome in
                defer { hasCome = true }
                return hasCome ? .none : .fail(.tooManyOpenFiles)
            }
        }
    }

    @Test(
        "a directory whose mode could not be set is made again with it", arguments: [.open, .status, .changeMode] as [SystemCall])
    func modeAfterAFailure(call: SystemCall) throws {
        // The usual umask takes the bits for writing away.
        let plan = plan(call, on: scratch.path.appending("day"))
        plan.arm()
        defer { plan.disarm() }
        #expect(throws: PlatformError.self) { try directory.makeDirectory("day", mode: 0o777) }
        try directory.makeDirectory("day", mode: 0o777)
        #expect(try directory.status(of: "day").permissions & 0o777 == 0o777)
    }
}
