import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("What leaves the platform for people is tame")
struct ExitTests {
    @Test("the status line of the service manager", arguments: HostileText.samples)
    func status(text: String) {
        #expect(HostileText.faults(in: ServiceNotifier.line(text).utf8, allowed: []) == [])
    }

    @Test("names, and errors that have them", arguments: HostileText.names)
    func names(name: [UInt8]) throws {
        let path = try #require(FilePath(bytes: Array("/folder/".utf8) + name))
        #expect(HostileText.faults(in: path.displayName.utf8, allowed: []) == [])
        let error = PlatformError(.system, "open", path: path, cause: .permissionDenied)
        #expect(HostileText.faults(in: error.description.utf8, allowed: []) == [])
    }
}
