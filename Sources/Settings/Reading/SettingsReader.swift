import Indexing
import Ingest
import Platform
import Spool
import SystemPackage

/// Converts the words of the configuration into checked settings.
struct SettingsReader {
    let given: GivenSettings
    /// The deciding text for a name; nil when it was not given or is not a single value.
    let text: (String) -> String?
    /// The deciding list for a name; nil when it was not given or is not a list of values.
    let list: (String) -> [String]?

    func settings(_ keys: [SettingsKey], defaultModel: FilePath?) throws(SettingsError) -> DaemonSettings {
        // Other defaults depend on these two.
        var first = DaemonSettings(spool: "", model: defaultModel ?? "")
        try write(.spoolDirectory, to: &first)
        try write(.modelDirectory, to: &first)
        let (spool, model) = (first.ingest.spool.root, first.ingest.indexing.modelDirectory)
        guard !spool.isEmpty else {
            throw SettingsError(
                .configuration,
                "no spool is given: 'vectorspool init' sets up one of your own and names it in a configuration; or use --spool DIR, "
                    + "spool.directory in a configuration, or \(SettingsKey.spoolDirectory.variable)")
        }
        guard !model.isEmpty else {
            throw SettingsError(
                .configuration,
                "no model is given, and none is installed with the programs, in share/vectorspool/models: install the package again, or "
                    + "run 'make setup' in the source folder, or choose a sentence-transformers folder with --model")
        }
        var settings = DaemonSettings(spool: spool, model: model)
        for key in keys { try write(key, to: &settings) }
        do throws(SettingsConflict) {
            try settings.checkTogether()
        } catch {
            throw SettingsError(.configuration, "\(given.place(of: error.key)) \(error.text)")
        }
        settings.warnings = given.warnings
        return settings
    }

    private func write(_ key: SettingsKey, to settings: inout DaemonSettings) throws(SettingsError) {
        guard let giving = given.giving(of: key) else { return }
        do throws(SettingsRefusal) {
            guard let value = try value(giving.name, key.form) else { return }
            try key.write(value, &settings)
            if giving.isOfFile, key.form == .path { try Self.checkWhole(value) }
        } catch {
            throw SettingsError(.configuration, "\(giving.place) \(error.text)")
        }
    }

    /// Refuses a path that would lead elsewhere from another folder: to another, empty index, for instance.
    ///
    /// Flags and variables are of one moment and one folder, so there a person means what the shell means.
    private static func checkWhole(_ value: SettingsText) throws(SettingsRefusal) {
        guard case .one(let text) = value, FilePath(text).isRelative else { return }
        throw SettingsRefusal(
            "is '\(text)', which leads elsewhere from another folder; give the whole path, such as "
                + CurrentProcess.folder.pushing(FilePath(text)).lexicallyNormalized().displayName)
    }

    /// The value that was given; nil when the default is wanted.
    private func value(_ name: String, _ form: SettingsForm) throws(SettingsRefusal) -> SettingsText? {
        if form == .patterns {
            if let patterns = list(name) { return .list(patterns) }
        }
        guard let value = text(name) else { throw SettingsRefusal(form.complaint) }
        return value.isEmpty || value == "~" || value == "null" ? nil : .one(value)
    }
}
