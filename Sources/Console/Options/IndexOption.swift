import ArgumentParser
import Indexing
import Ingest
import Platform
import Settings
import Spool
import SystemPackage

/// The index to read: the one that is named, else that of the daemon's configuration.
struct IndexOption: ParsableArguments {
    @Option(
        name: .customLong("index"),
        help: ArgumentHelp("The index directory. Default: that of the configuration.", valueName: "folder"))
    var directory: FilePath?

    @OptionGroup var configuration: ConfigurationOption

    /// Where the index and its model are.
    struct Place {
        let index: FilePath
        /// The model of the configuration; nil when no configuration was read.
        let model: FilePath?
        /// The spool of the configuration, where the files of the index lie; nil when no configuration was read.
        var spool: SpoolDirectory?
    }

    /// Finds the index.
    ///
    /// A named index stands alone: no configuration is looked for then, because it may describe another one. Only where no model
    /// is installed the configuration's is taken, and the index tells whether it is its own.
    ///
    /// - Throws: `ValidationError` when nothing names an index, `SettingsError` for a configuration at fault.
    func place() async throws -> Place {
        if let directory, configuration.file == nil {
            guard InstalledFiles.current.model == nil else { return Place(index: directory, model: nil) }
            let settings = try? await configuration.source().load(defaultModel: nil)
            return Place(index: directory, model: settings?.ingest.indexing.modelDirectory)
        }
        let source = configuration.source()
        guard source.file != nil || source.names(.spoolDirectory) else {
            if let index = directory ?? source.path(of: .indexDirectory) { return Place(index: index, model: nil) }
            throw ValidationError(
                "No index is named, and there is no configuration that names one: 'vectorspool init' sets up a spool and an index of "
                    + "your own; or give --index FOLDER or --config FILE."
            )
        }
        let settings = try await source.load(defaultModel: InstalledFiles.current.model ?? "/")
        let indexing = settings.ingest.indexing
        return Place(
            index: directory ?? indexing.indexDirectory,
            model: source.names(.modelDirectory) || source.file != nil ? indexing.modelDirectory : nil,
            spool: settings.ingest.spool)
    }
}

/// The configuration to read.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "The daemon's configuration.",
            discussion:
                "Default: $VECTORSPOOL_CONFIG, else vectorspool.yaml in $XDG_CONFIG_HOME or ~/.config, else in /etc.",
            valueName: "file"))
    var file: FilePath?

    /// The configuration with the values of flags over it.
    ///
    /// A flag that names a spool stands alone, as a named index does: only a file that is named too is read beside it.
    func source(flags: [SettingsKey: String] = [:]) -> ConfigurationSource {
        let places = ConfigurationPlaces.current
        return ConfigurationSource(file: file ?? (flags.isEmpty ? places.file : nil), flags: flags)
    }
}
