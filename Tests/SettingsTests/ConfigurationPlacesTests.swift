import Foundation
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite("Where the configuration is looked for")
struct ConfigurationPlacesTests {
    @Test func `the user's file comes before the machine's, and a named one before both`() throws {
        let scratch = try ScratchDirectory()
        let (home, system) = (scratch.path.appending("home"), scratch.path.appending("etc"))
        let own = home.appending(".config")
        for folder in [own, system] {
            try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        }
        let plain = ConfigurationPlaces(environment: ["HOME": home.string], system: system)
        #expect(plain.file == nil)

        let machine = system.appending("vectorspool.yaml")
        try Data().write(to: URL(filePath: machine.string))
        #expect(plain.file == machine)

        let users = own.appending("vectorspool.yaml")
        try Data().write(to: URL(filePath: users.string))
        #expect(plain.file == users)
        // A daemon that its command line or environment gives a spool does not meet the settings of another one.
        #expect(plain.file(hasSpool: false) == users)
        #expect(plain.file(hasSpool: true) == nil)
        let hasSpool = ConfigurationPlaces(
            environment: ["HOME": home.string, "VECTORSPOOL_SPOOL_DIRECTORY": "/spool"], system: system)
        #expect(hasSpool.file(hasSpool: false) == nil)

        let named = ConfigurationPlaces(
            environment: ["HOME": home.string, "VECTORSPOOL_CONFIG": "/absent.yaml"], system: system)
        #expect(named.file == "/absent.yaml")
        #expect(named.file(hasSpool: true) == "/absent.yaml")
    }

    @Test(arguments: [
        (["HOME": "/h"], ["/h/.config/vectorspool.yaml", "/e/vectorspool.yaml"]),
        (["HOME": "/h", "XDG_CONFIG_HOME": "/x"], ["/x/vectorspool.yaml", "/e/vectorspool.yaml"]),
        (["HOME": "/h", "XDG_CONFIG_HOME": "relative"], ["/h/.config/vectorspool.yaml", "/e/vectorspool.yaml"]),
        (["HOME": "", "XDG_CONFIG_HOME": ""], ["/e/vectorspool.yaml"]), ([:], ["/e/vectorspool.yaml"]),
    ])
    func `places follow the XDG Base Directory Specification`(environment: [String: String], expected: [String]) {
        #expect(ConfigurationPlaces(environment: environment, system: "/e").candidates.map(\.string) == expected)
    }
}
