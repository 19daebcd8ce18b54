import Platform
import Settings
import SystemPackage
import TestSupport

/// A folder with a configuration file in it.
struct ConfigurationPlace {
    let scratch: ScratchDirectory
    let file: FilePath

    init() throws {
        scratch = try ScratchDirectory()
        file = scratch.path.appending("vectorspool.yaml")
    }

    /// Loads a configuration file with this text; nil means no file.
    func load(
        _ text: String?, environment: [String: String] = [:], flags: [SettingsKey: String] = [:],
        catalogue: SettingsCatalogue = .standard
    ) async throws -> DaemonSettings {
        if let text { try AtomicFile.replaceVolatile(Array(text.utf8), at: file) }
        let source = ConfigurationSource(
            file: text == nil ? nil : file, environment: environment, flags: flags, catalogue: catalogue)
        return try await source.load(defaultModel: "/model")
    }
}
