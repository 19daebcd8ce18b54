import Foundation
import Platform
import Settings
import SystemPackage
import Testing

/// The documents for people agree with the declarations of the keys.
@Suite struct SettingsDocumentTests {
    static let keys = SettingsCatalogue.standard.keys

    private static func shipped(_ name: String) -> FilePath {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return FilePath(repository.path).appending("etc").pushing(FilePath(name))
    }

    @Test(arguments: [(SettingsDocument.example, "vectorspool.yaml"), (.manual, "man/vectorspool.yaml.5")])
    func theShippedDocumentIsTheDeclared(document: SettingsDocument, name: String) throws {
        let text = try String(decoding: FileContents.read(Self.shipped(name)), as: UTF8.self)
        #expect(
            text == document.text(),
            "generate it again: .build/release/vectorspoold --print-config \(document.rawValue) > etc/\(name)")
    }

    @Test(arguments: keys) func everyKeyIsExplained(_ key: SettingsKey) throws {
        #expect(key.help.hasSuffix("."))
        let (example, manual) = (SettingsDocument.example.text(), SettingsDocument.manual.text())
        let section = try #require(example.range(of: "\n\(key.section):\n"))
        #expect(example[section.upperBound...].contains("  \(key.shortName):"))
        #expect(manual.contains("\n\\fB\(key.name)\\fR\n"))
        #expect(manual.contains("\n.B \(key.variable)\n\(key.name)\n"))
        let first = try #require(key.help.split(separator: " ").first)
        #expect(example.contains("  # \(first)"))
        #expect(SettingsCatalogue.standard.overview.contains(key.shortName))
    }

    @Test(arguments: keys) func theExampleShowsTheDefault(_ key: SettingsKey) async throws {
        let example = Self.shipped("vectorspool.yaml")
        let settings = try await ConfigurationSource(file: example, environment: [:]).load(defaultModel: nil)
        let named = ["spool.directory", "index.directory", "model.directory", "runtime.directory"]
        let defaults = DaemonSettings(spool: "/s", model: "/m")
        #expect(key.isEqual(settings, defaults) != named.contains(key.name))
    }

    @Test func linesFit() {
        for document in SettingsDocument.allCases {
            for line in document.text().split(separator: "\n") { #expect(line.count <= 120, "\(line)") }
        }
    }
}
