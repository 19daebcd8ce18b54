import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("The platform's output for people is safe for a terminal")
struct ExitTests {
    @Test("the status line of the service manager", arguments: HostileText.samples)
    func status(text: String) {
        #expect(HostileText.faults(in: ServiceNotifier.line(text).utf8, allowed: []) == [])
    }

    @Test("names, and errors with names", arguments: HostileText.names)
    func names(name: [UInt8]) throws {
        let path = try #require(FilePath(bytes: Array("/folder/".utf8) + name))
        #expect(HostileText.faults(in: path.displayName.utf8, allowed: []) == [])
        let error = PlatformError(.system, "open", path: path, cause: .permissionDenied)
        #expect(HostileText.faults(in: error.description.utf8, allowed: []) == [])
    }
}
