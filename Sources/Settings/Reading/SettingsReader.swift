import Indexing
import Ingest
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
                "no spool is given: use --spool DIR, spool.directory in the configuration, or "
                    + SettingsKey.spoolDirectory.variable)
        }
        guard !model.isEmpty else {
            throw SettingsError(
                .configuration,
                "no model is given and none is installed: run 'make setup' in the source folder, or choose a "
                    + "sentence-transformers folder with --model")
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
            if let value = try value(giving.name, key.form) { try key.write(value, &settings) }
        } catch {
            throw SettingsError(.configuration, "\(giving.place) \(error.text)")
        }
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
